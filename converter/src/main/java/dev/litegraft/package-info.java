/**
 * The front door: {@link dev.litegraft.Converter} turns a checkpoint folder into a .tflite file.
 */
@NullMarked
package dev.litegraft;

import org.jspecify.annotations.NullMarked;
