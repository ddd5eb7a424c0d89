/** The native tokenizers library, asked as the judge of the tests. */
@NullMarked
package dev.litegraft.tokenizer.oracle;

import org.jspecify.annotations.NullMarked;
