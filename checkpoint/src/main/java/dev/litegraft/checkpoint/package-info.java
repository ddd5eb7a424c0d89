/**
 * Hugging Face checkpoint folders as their own library reads them: the weights as a navigable tree,
 * the modules of sentence-transformers, heads, tokenizers, and what a user should know of them.
 */
@NullMarked
package dev.litegraft.checkpoint;

import org.jspecify.annotations.NullMarked;
