package dev.litegraft.model;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.function.Function;

/**
 * Of each token whether an answer begins with it, and whether one ends with it.
 *
 * <p>Source: {@code qa_outputs} of transformers' classes for question answering.
 *
 * @param head the module that makes the two numbers
 * @param d the width of the hidden states
 */
record SpanHead(String head, int d) implements TaskHead {
  @Override
  public Task task() {
    return Task.QUESTION_ANSWERING;
  }

  @Override
  public int width() {
    return 2;
  }

  @Override
  public <T> T apply(Layers<T> f, Weights w, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    return f.linear(hidden.apply(in), Linear.read(w.at(head), d, 2)); // [b, t, 2]
  }
}
