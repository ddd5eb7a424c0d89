/**
 * A model of the Hugging Face Hub by its name: its files, checked by their hashes, in the cache
 * that Python's {@code huggingface_hub} uses. Knows nothing else of this project.
 */
@NullMarked
package dev.litegraft.hub;

import org.jspecify.annotations.NullMarked;
