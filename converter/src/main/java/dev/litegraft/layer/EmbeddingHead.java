package dev.litegraft.layer;

import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Normalize;
import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What makes a text's vector of its tokens' vectors: a pooling, and what follows it.
 *
 * @param pooling how tokens become one vector
 * @param steps linear layers and normalisations, in order
 */
public record EmbeddingHead(Pooling pooling, List<Step> steps) {
  public EmbeddingHead {
    steps = List.copyOf(steps);
  }

  /**
   * What the checkpoint says, else the mean; where the user wants something else, that.
   *
   * @param sentence the checkpoint's modules
   * @param pooling the user's choice
   * @param normalize whether vectors get length 1, whatever the checkpoint says
   */
  public static EmbeddingHead of(
      Optional<SentenceTransformer> sentence, Optional<Pooling> pooling, boolean normalize) {
    List<Step> steps = new ArrayList<>(sentence.map(SentenceTransformer::steps).orElse(List.of()));
    Pooling own =
        sentence
            .map(s -> Pooling.valueOf(s.pooling().toUpperCase(Locale.ROOT)))
            .orElse(Pooling.MEAN);
    EmbeddingHead head = new EmbeddingHead(pooling.orElse(own), steps);
    return normalize ? head.normalized(true) : head;
  }

  /** Whether the vectors have length 1. */
  public boolean normalizes() {
    return !steps.isEmpty() && steps.get(steps.size() - 1) instanceof Normalize;
  }

  /** The same with vectors of length 1, or without. */
  public EmbeddingHead normalized(boolean wanted) {
    List<Step> others = new ArrayList<>(steps);
    if (wanted && !normalizes()) {
      others.add(new Normalize());
    } else if (!wanted && normalizes()) {
      others.remove(others.size() - 1);
    }
    return new EmbeddingHead(pooling, others);
  }

  /** Numbers of a text's vector, of tokens' vectors of {@code width}. */
  public int width(int width) {
    int last = width;
    for (Step step : steps) {
      last = step instanceof Dense dense ? dense.out() : last;
    }
    return last;
  }

  /**
   * A vector a text: [b, 1, n].
   *
   * @param w the checkpoint's tensors, from the root
   * @param hidden the last hidden states of some inputs
   */
  public <T> T apply(Layers<T> f, Weights w, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    T x = pooling.apply(f, in, hidden); // [b, 1, d]
    for (Step step : steps) {
      x = step instanceof Dense dense ? dense(f, w, dense, x) : f.normalize(x);
    }
    return x;
  }

  /** For example {@code mean, dense layer of 256 (tanh), length 1}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(pooling.id());
    for (Step step : steps) {
      text.append(", ")
          .append(
              step instanceof Dense dense
                  ? "dense layer of " + dense.out() + " (" + dense.activation() + ")"
                  : "length 1");
    }
    return text.toString();
  }

  private static <T> T dense(Layers<T> f, Weights w, Dense dense, T x) {
    Linear linear = Linear.read(w.at(dense.path()), dense.in(), dense.out(), dense.bias());
    return f.activation(f.linear(x, linear), Activation.of(dense.activation(), dense.where()));
  }
}
