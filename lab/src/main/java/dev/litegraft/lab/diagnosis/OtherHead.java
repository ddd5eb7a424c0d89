package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.Probes.Batch;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ForwardingLayers;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the file's logits are another linear function of the checkpoint's pooled vectors: a head
 * that was not read and left random, or another one. The function is fitted to texts of one token,
 * by least squares.
 */
final class OtherHead {
  static final String SETTING = "head_missing";

  /** Texts beyond the width of the vectors, so that a fit says something. */
  private static final int SPARE = 48;

  private OtherHead() {}

  /**
   * The hypothesis that the head is the one that fits, for models whose head is one linear layer.
   */
  static Optional<Hypothesis> of(
      RawModel file, Variant own, Probes probes, PlainLayers layers, boolean tokenTypes) {
    HeadInput input = new HeadInput();
    Variant watched = own.with((f, in) -> input.over(f));
    Batch first = probes.singleTokens(1);
    watched.answers(layers, first.inputs(own.task(), tokenTypes));
    if (input.vectors == null || input.head == null) {
      return Optional.empty();
    }
    int width = input.vectors.shape().last();
    Batch many = probes.singleTokens(width + SPARE);
    if (many.length() != 1) {
      return Optional.empty(); // A static length would make so many texts too slow.
    }
    watched.answers(layers, many.inputs(own.task(), tokenTypes));
    float[][] answers = Subject.answers(file, many);
    double[][] fitted = LeastSquares.solve(rows(input.vectors, width), answers);
    return Optional.of(hypothesis(input.head, fitted, width, answers[0].length));
  }

  private static double[][] rows(Array vectors, int width) {
    int count = vectors.numbers().length / width;
    double[][] rows = new double[count][width + 1];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < width; j++) {
        rows[i][j] = vectors.numbers()[i * width + j];
      }
      rows[i][width] = 1;
    }
    return rows;
  }

  private static Hypothesis hypothesis(Linear head, double[][] fitted, int width, int labels) {
    float[] weight = new float[labels * width];
    float[] bias = new float[labels];
    for (int label = 0; label < labels; label++) {
      for (int j = 0; j < width; j++) {
        weight[label * width + j] = (float) fitted[j][label];
      }
      bias[label] = (float) fitted[width][label];
    }
    Linear other =
        new Linear(
            head.name(),
            TensorViews.of(head.name(), Shape.of(labels, width), weight),
            Optional.of(TensorViews.of(head.name(), Shape.of(labels), bias)));
    Variant.Rewiring rewiring =
        (f, in) ->
            new ForwardingLayers(f) {
              @Override
              public Array linear(Array x, Linear w) {
                return super.linear(x, w.name().equals(other.name()) ? other : w);
              }
            };
    return new Hypothesis(
        SETTING,
        head.name() + " of the checkpoint",
        "another matrix",
        v -> v.with(rewiring),
        "read "
            + head.name()
            + " from the checkpoint; a head that is not loaded keeps random numbers");
  }

  /** Keeps what the last linear layer was given. */
  private static final class HeadInput {
    private @Nullable Array vectors;
    private @Nullable Linear head;

    Layers<Array> over(Layers<Array> f) {
      return new ForwardingLayers(f) {
        @Override
        public Array linear(Array x, Linear w) {
          vectors = x;
          head = w;
          return super.linear(x, w);
        }
      };
    }
  }
}
