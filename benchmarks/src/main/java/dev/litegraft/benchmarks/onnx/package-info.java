/**
 * Checkpoints as ONNX files, in the operators that ONNX Runtime's own tools make of them: what the
 * comparison with it runs. Pure Java, and never published.
 */
@NullMarked
package dev.litegraft.benchmarks.onnx;

import org.jspecify.annotations.NullMarked;
