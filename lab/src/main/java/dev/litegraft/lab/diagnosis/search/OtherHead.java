package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ForwardingLayers;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the file's logits are another linear function of the checkpoint's pooled vectors: a head
 * that was not read and left random, or another one. The function is fitted to texts of one token,
 * by least squares.
 */
public final class OtherHead {
  static final String SETTING = "head_missing";

  /** Texts beyond the width of the vectors, so that a fit says something. */
  private static final int SPARE = 48;

  private OtherHead() {}

  /** Tokens that a file of static length may be asked, most of them padding. */
  private static final int MOST_TOKENS = 1 << 16;

  /**
   * The hypothesis that the head is the one that fits, for models whose head is one linear layer;
   * empty for a file of a static length that would take too long over so many texts.
   */
  public static Optional<Hypothesis> of(
      AskedModel file, VariantModel own, AskedRows rows, PlainLayers layers) {
    List<TokenRow> first = rows.singleTokens(1);
    HeadInput input = new HeadInput();
    VariantModel watched = own.with((f, in) -> input.over(f));
    int length = first.get(0).length();
    boolean computed = length == 1 || !own.readsPadding();
    if (!own.task().labels() || !computed) {
      return Optional.empty();
    }
    watched.answers(layers, first);
    if (input.head == null || (long) (input.head.in() + SPARE) * length > MOST_TOKENS) {
      return Optional.empty();
    }
    int width = input.head.in();
    List<TokenRow> many = rows.singleTokens(width + SPARE);
    input.vectors.clear();
    watched.answers(layers, many);
    float[][] answers = file.answers(many);
    double[][] vectors = rows(input.vectors, width);
    if (vectors.length != answers.length) {
      return Optional.empty();
    }
    double[][] fitted = LeastSquares.solve(vectors, answers);
    return Optional.of(hypothesis(input.head, fitted, width, answers[0].length));
  }

  private static double[][] rows(List<Array> vectors, int width) {
    List<double[]> rows = new ArrayList<>();
    for (Array some : vectors) {
      for (int at = 0; at < some.numbers().length; at += width) {
        double[] row = new double[width + 1];
        for (int j = 0; j < width; j++) {
          row[j] = some.numbers()[at + j];
        }
        row[width] = 1;
        rows.add(row);
      }
    }
    return rows.toArray(double[][]::new);
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
    VariantModel.Rewiring rewiring =
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

  /** Keeps what the last linear layer of each pass was given. */
  private static final class HeadInput {
    private final List<Array> vectors = new ArrayList<>();
    private @Nullable Linear head;

    Layers<Array> over(Layers<Array> f) {
      int pass = vectors.size();
      return new ForwardingLayers(f) {
        @Override
        public Array linear(Array x, Linear w) {
          while (vectors.size() > pass) {
            vectors.remove(pass);
          }
          vectors.add(x);
          head = w;
          return super.linear(x, w);
        }
      };
    }
  }
}
