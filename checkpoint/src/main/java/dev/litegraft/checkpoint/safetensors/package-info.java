/** The safetensors format: header, tensors, shards. */
@NullMarked
package dev.litegraft.checkpoint.safetensors;

import org.jspecify.annotations.NullMarked;
