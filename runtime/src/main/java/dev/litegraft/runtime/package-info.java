/**
 * Runs .tflite files: LiteRT, the tokenizer, and the classifiers, taggers, embedders and rerankers
 * that an application uses.
 */
@NullMarked
package dev.litegraft.runtime;

import org.jspecify.annotations.NullMarked;
