/** The .tflite file: format, writer, reader, verifier, metadata. */
@NullMarked
package dev.litegraft.tflite;

import org.jspecify.annotations.NullMarked;
