/**
 * The programs that run {@code .tflite} files, and what each takes: {@code Limits} holds the rules
 * as data, and {@link dev.litegraft.client.Client} the version that they were seen on.
 */
@NullMarked
package dev.litegraft.client;

import org.jspecify.annotations.NullMarked;
