/** Hugging Face's {@code tokenizer.json}: text to token ids and offsets, and back. */
@NullMarked
package dev.litegraft.tokenizer;

import org.jspecify.annotations.NullMarked;
