package dev.litegraft.model;

import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Norm;
import dev.litegraft.checkpoint.SentenceTransformer.Normalize;
import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.SentenceTransformer.Truncate;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Pooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What makes a text's vector of its tokens' vectors: poolings, and what follows them.
 *
 * @param poolings how tokens become one vector; of several the vectors stand one after the other
 * @param steps linear layers and normalisations, in order
 * @param leftOut tokens at a text's beginning that are not pooled: those of a prompt
 */
public record EmbeddingHead(List<Pooling> poolings, List<Step> steps, int leftOut) {
  public EmbeddingHead {
    poolings = List.copyOf(poolings);
    steps = List.copyOf(steps);
  }

  /** The same with other poolings. */
  public EmbeddingHead withPoolings(List<Pooling> others) {
    return new EmbeddingHead(others, steps, leftOut);
  }

  /** The same with other steps behind them. */
  public EmbeddingHead withSteps(List<Step> others) {
    return new EmbeddingHead(poolings, others, leftOut);
  }

  /**
   * What the checkpoint says, else the mean; where the user wants something else, that.
   *
   * @param sentence the checkpoint's modules
   * @param poolings the user's choice; empty for what the checkpoint says
   * @param normalize whether vectors get length 1, whatever the checkpoint says
   */
  public static EmbeddingHead of(
      Optional<SentenceTransformer> sentence, List<Pooling> poolings, boolean normalize) {
    List<Step> steps = new ArrayList<>(sentence.map(SentenceTransformer::steps).orElse(List.of()));
    List<Pooling> own =
        sentence
            .map(SentenceTransformer::poolings)
            .filter(pooled -> !pooled.isEmpty())
            .orElse(List.of(Pooling.MEAN));
    if (!poolings.isEmpty() && poolings.size() != own.size()) {
      for (Step step : steps) {
        if (step instanceof Dense dense) {
          throw new InvalidCheckpointException(
              "the pooling "
                  + Pooling.id(poolings)
                  + " is asked for, but the dense layer takes the vectors of "
                  + Pooling.id(own),
              dense.where(),
              "leave --pooling out");
        }
      }
    }
    int leftOut = sentence.map(SentenceTransformer::leftOut).orElse(0);
    EmbeddingHead head = new EmbeddingHead(poolings.isEmpty() ? own : poolings, steps, leftOut);
    return normalize ? head.normalized(true) : head;
  }

  /**
   * The same, of which the first numbers are kept, as {@code truncate_dim} of sentence-transformers
   * keeps them: behind all modules.
   *
   * @param normalize whether they get length 1 again
   */
  EmbeddingHead leading(int numbers, boolean normalize) {
    List<Step> longer = new ArrayList<>(steps);
    longer.add(new Truncate(numbers));
    if (normalize) {
      longer.add(new Normalize());
    }
    return withSteps(longer);
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
    return withSteps(others);
  }

  /** Numbers of a text's vector, of tokens' vectors of {@code width}. */
  public int width(int width) {
    return width(width * poolings.size(), steps);
  }

  /** Numbers of a vector of {@code width} after these steps. */
  static int width(int width, List<Step> steps) {
    int last = width;
    for (Step step : steps) {
      last =
          step instanceof Dense dense
              ? dense.out()
              : step instanceof Truncate truncate ? truncate.width() : last;
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
    T x = pooled(f, in, hidden); // [b, 1, d], or as many d as there are poolings
    for (Step step : steps) {
      x = stepped(f, w, step, x);
    }
    return x;
  }

  /** A vector after one more step. */
  static <T> T stepped(Layers<T> f, Weights w, Step step, T x) {
    if (step instanceof Dense dense) {
      return dense(f, dense.path().isEmpty() ? w : w.at(dense.path()), dense, x);
    }
    if (step instanceof Norm norm) {
      return f.layerNorm(
          x, LayerNorm.read(w.at(norm.path()).at("norm"), norm.width(), Norm.EPSILON));
    }
    return step instanceof Truncate truncate ? f.leading(x, truncate.width()) : f.normalize(x);
  }

  private <T> T pooled(Layers<T> f, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    if (poolings.size() == 1 && leftOut == 0) {
      return Pooled.apply(poolings.get(0), f, in, hidden);
    }
    T all = hidden.apply(in); // [b, t, d]
    T counted = leftOut == 0 ? in.attended() : Pooled.behind(leftOut, f, in.attended());
    List<T> vectors =
        poolings.stream().map(pooling -> Pooled.of(pooling, f, in, counted, all)).toList();
    return vectors.size() == 1 ? vectors.get(0) : f.joined(vectors);
  }

  /** For example {@code mean, dense layer of 256 (tanh), length 1}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Pooling.id(poolings));
    if (leftOut > 0) {
      text.append(" behind the first ").append(leftOut).append(" tokens");
    }
    for (Step step : steps) {
      text.append(", ").append(text(step));
    }
    return text.toString();
  }

  private static String text(Step step) {
    if (step instanceof Dense dense) {
      return "dense layer of "
          + dense.out()
          + " ("
          + dense.activation()
          + (dense.residual() ? ", and its input added)" : ")");
    }
    if (step instanceof Norm) {
      return "layer norm";
    }
    return step instanceof Truncate truncate ? "the first " + truncate.width() : "length 1";
  }

  private static <T> T dense(Layers<T> f, Weights w, Dense dense, T x) {
    Linear linear = Linear.read(w.at("linear"), dense.in(), dense.out(), dense.bias());
    T made = f.activation(f.linear(x, linear), Activation.of(dense.activation(), dense.where()));
    if (!dense.residual()) {
      return made;
    }
    return f.add(
        made,
        dense.in() == dense.out()
            ? x
            : f.linear(x, Linear.readWithoutBias(w.at("residual"), dense.in(), dense.out())));
  }
}
