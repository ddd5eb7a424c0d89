/**
 * How long conversion, an answer and the start take, on checkpoints of real models' shapes: that of
 * SmolLM2-135M, and encoders.
 */
@NullMarked
package dev.litegraft.benchmarks;

import org.jspecify.annotations.NullMarked;
