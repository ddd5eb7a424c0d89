package dev.litegraft.lab.reference;

import dev.litegraft.tensor.TensorData;

/** Numbers that one object stands for in every pass, so that what is read of them may be kept. */
public interface LastingTensor extends TensorData {}
