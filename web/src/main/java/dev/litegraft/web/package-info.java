/** Pages that run a {@code .tflite} in a browser: they are written, and served to this machine. */
@NullMarked
package dev.litegraft.web;

import org.jspecify.annotations.NullMarked;
