/**
 * Answers HTTP requests with {@code .tflite} files, on the JDK's own server, in the shapes that
 * clients of text-embeddings-inference, OpenAI, Jina and Cohere speak: {@code docs/serve.md}.
 */
@NullMarked
package dev.litegraft.serve;

import org.jspecify.annotations.NullMarked;
