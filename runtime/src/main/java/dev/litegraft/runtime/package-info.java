/** Runs .tflite files: LiteRT, the tokenizer, and the classifier that an application uses. */
@NullMarked
package dev.litegraft.runtime;

import org.jspecify.annotations.NullMarked;
