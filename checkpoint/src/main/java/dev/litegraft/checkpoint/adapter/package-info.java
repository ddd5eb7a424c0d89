/** LoRA adapters, as PEFT saves them, merged into the weights that they change. */
@NullMarked
package dev.litegraft.checkpoint.adapter;

import org.jspecify.annotations.NullMarked;
