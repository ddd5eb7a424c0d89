package dev.litegraft.model;

import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.List;
import java.util.function.Function;

/**
 * A vector a token, for late interaction: the hidden states through linear layers, at length 1.
 *
 * <p>Source: ColBERT; {@code MultiVectorEncoder} of sentence-transformers, and PyLate.
 *
 * @param d the width of the hidden states
 * @param steps linear layers and normalisations, in order
 */
record TokenVectorHead(int d, List<Step> steps) implements TaskHead {
  TokenVectorHead {
    steps = List.copyOf(steps);
  }

  @Override
  public Task task() {
    return Task.TOKEN_EMBEDDING;
  }

  @Override
  public int width() {
    return EmbeddingHead.width(d, steps);
  }

  @Override
  public <T> T apply(Layers<T> f, Weights w, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    T x = hidden.apply(in); // [b, t, d]
    for (Step step : steps) {
      x = EmbeddingHead.stepped(f, w, step, x);
    }
    return x;
  }
}
