/** The .tflite file: format, writer, reader, metadata. */
@NullMarked
package dev.litegraft.tflite;

import org.jspecify.annotations.NullMarked;
