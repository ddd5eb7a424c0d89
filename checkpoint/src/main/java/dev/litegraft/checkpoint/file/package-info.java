/** What every container of tensors has in common: bytes at positions, and the numbers in them. */
@NullMarked
package dev.litegraft.checkpoint.file;

import org.jspecify.annotations.NullMarked;
