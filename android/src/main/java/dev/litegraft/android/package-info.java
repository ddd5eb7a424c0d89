/**
 * Models on Android: {@link dev.litegraft.android.OnDevice} opens a file with the platform's {@code
 * org.tensorflow.lite.Interpreter}, and the classes of {@code dev.litegraft.runtime} answer with it.
 */
@NullMarked
package dev.litegraft.android;

import org.jspecify.annotations.NullMarked;
