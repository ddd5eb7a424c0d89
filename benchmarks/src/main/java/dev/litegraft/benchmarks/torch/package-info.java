/** Checkpoints as TorchScript archives, which PyTorch runs. Pure Java, and never published. */
@NullMarked
package dev.litegraft.benchmarks.torch;

import org.jspecify.annotations.NullMarked;
