/** Unicode's tables and normal forms, in the versions that the tokenizers library has. */
@NullMarked
package dev.litegraft.tokenizer.unicode;

import org.jspecify.annotations.NullMarked;
