/** Beans of {@code .tflite} files for Spring AI: {@code docs/java-frameworks.md}. */
@NullMarked
package dev.litegraft.springai;

import org.jspecify.annotations.NullMarked;
