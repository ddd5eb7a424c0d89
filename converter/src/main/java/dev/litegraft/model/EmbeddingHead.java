package dev.litegraft.model;

import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Normalize;
import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
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
 */
public record EmbeddingHead(List<Pooling> poolings, List<Step> steps) {
  public EmbeddingHead {
    poolings = List.copyOf(poolings);
    steps = List.copyOf(steps);
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
    List<Pooling> own = sentence.map(SentenceTransformer::poolings).orElse(List.of(Pooling.MEAN));
    if (!poolings.isEmpty() && poolings.size() != own.size()) {
      for (Step step : steps) {
        if (step instanceof Dense dense) {
          throw new InvalidInputException(
              "the pooling "
                  + Pooling.id(poolings)
                  + " is asked for, but the dense layer takes the vectors of "
                  + Pooling.id(own),
              dense.where(),
              "leave --pooling out");
        }
      }
    }
    EmbeddingHead head = new EmbeddingHead(poolings.isEmpty() ? own : poolings, steps);
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
    return new EmbeddingHead(poolings, others);
  }

  /** Numbers of a text's vector, of tokens' vectors of {@code width}. */
  public int width(int width) {
    int last = width * poolings.size();
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
    T x = pooled(f, in, hidden); // [b, 1, d], or as many d as there are poolings
    for (Step step : steps) {
      x = step instanceof Dense dense ? dense(f, w, dense, x) : f.normalize(x);
    }
    return x;
  }

  private <T> T pooled(Layers<T> f, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    if (poolings.size() == 1) {
      return Pooled.apply(poolings.get(0), f, in, hidden);
    }
    T all = hidden.apply(in); // [b, t, d]
    return f.joined(poolings.stream().map(pooling -> Pooled.of(pooling, f, in, all)).toList());
  }

  /** For example {@code mean, dense layer of 256 (tanh), length 1}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Pooling.id(poolings));
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
