/**
 * Weights in the form of Meta's and Mistral's own programs, as transformers names and orders them.
 */
@NullMarked
package dev.litegraft.checkpoint.consolidated;

import org.jspecify.annotations.NullMarked;
