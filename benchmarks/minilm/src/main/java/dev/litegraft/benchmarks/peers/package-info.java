/**
 * Files of this project beside ONNX Runtime, PyTorch and LangChain4j on the same weights and
 * tokens: each answers in a process of its own, one at a time, in turns.
 */
@NullMarked
package dev.litegraft.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
