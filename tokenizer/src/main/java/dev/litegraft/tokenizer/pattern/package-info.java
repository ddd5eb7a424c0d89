/** Patterns of pre-tokenizers and normalizers, matched in linear time. */
@NullMarked
package dev.litegraft.tokenizer.pattern;

import org.jspecify.annotations.NullMarked;
