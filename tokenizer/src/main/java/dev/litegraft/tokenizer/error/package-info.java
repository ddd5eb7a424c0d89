/** The one exception of the module: what is wrong, where, and what to try. */
@NullMarked
package dev.litegraft.tokenizer.error;

import org.jspecify.annotations.NullMarked;
