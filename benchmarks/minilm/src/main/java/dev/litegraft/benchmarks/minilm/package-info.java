/**
 * The real all-MiniLM-L6-v2, rebuilt from the ONNX weights that langchain4j publishes on Maven
 * Central (Apache-2.0), beside ONNX Runtime. Nothing of the model is in the repository. {@code
 * texts-113.txt}, short hard texts in several scripts, was written for this project.
 */
@NullMarked
package dev.litegraft.benchmarks.minilm;

import org.jspecify.annotations.NullMarked;
