/** How long conversion, an answer and the start take, on a checkpoint of SmolLM2-135M's shape. */
@NullMarked
package dev.litegraft.benchmarks;

import org.jspecify.annotations.NullMarked;
