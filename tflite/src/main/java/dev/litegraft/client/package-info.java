/**
 * The programs that run {@code .tflite} files, and what each takes: {@link
 * dev.litegraft.client.Client} holds the rules as data, with the version that they were seen on.
 */
@NullMarked
package dev.litegraft.client;

import org.jspecify.annotations.NullMarked;
