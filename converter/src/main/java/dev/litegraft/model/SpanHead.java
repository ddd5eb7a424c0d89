package dev.litegraft.model;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
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
 * @param family whose module makes the two numbers
 * @param config the checkpoint's
 */
record SpanHead(Architecture family, HfConfig config) implements TaskHead {
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
    Weights head = w.at(family.spanHead());
    T logits = f.linear(hidden.apply(in), Linear.read(head, family.width(config), 2)); // [b, t, 2]
    return family.spans(f, config, in, logits);
  }
}
