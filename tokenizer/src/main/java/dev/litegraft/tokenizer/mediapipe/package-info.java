/** What MediaPipe's text tasks make of a text, to say where it is not what the model was taught. */
@NullMarked
package dev.litegraft.tokenizer.mediapipe;

import org.jspecify.annotations.NullMarked;
