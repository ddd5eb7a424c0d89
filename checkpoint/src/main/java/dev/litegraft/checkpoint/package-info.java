/**
 * Hugging Face checkpoint folders: safetensors, config.json, and the weights as a navigable tree.
 */
@NullMarked
package dev.litegraft.checkpoint;

import org.jspecify.annotations.NullMarked;
