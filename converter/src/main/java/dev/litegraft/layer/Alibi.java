package dev.litegraft.layer;

import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * ALiBi of causal models: a key's score grows with its position, by a slope of each head. Softmax
 * does not see what all keys gain, so that only the distance to the query counts.
 *
 * <p>Source: Press et al., arXiv:2108.12409; {@code build_alibi_tensor} of transformers' Bloom and
 * Falcon.
 */
public final class Alibi {
  private Alibi() {}

  /**
   * The slope of each head: powers of {@code 2^(−8/n)} for the largest power of two n among the
   * number of heads, then every other one of {@code 2^(−4/n)}.
   */
  public static double[] slopes(int heads) {
    int power = Integer.highestOneBit(heads);
    double[] slopes = new double[heads];
    for (int i = 0; i < heads; i++) {
      slopes[i] =
          i < power
              ? Math.pow(2, -8.0 / power * (i + 1))
              : Math.pow(2, -4.0 / power * (2 * (i - power) + 1));
    }
    return slopes;
  }

  /**
   * What every key gains, for {@link Scores#withBias}: [b, h, 1, t].
   *
   * @param ids [b, t]
   * @param attended 1 for tokens, 0 for padding, [b, t]; tokens are counted, padding is not
   * @param name of the table
   * @param stored what becomes of a slope and of a product where the original computes them in
   *     another type
   */
  public static <T> T ofKeys(
      Layers<T> f, T ids, T attended, int heads, String name, DoubleUnaryOperator stored) {
    T counted = f.multiply(f.runningSum(attended), attended); // 1, 2 … for tokens, 0 for padding
    T positions = f.add(counted, f.scale(attended, -1)); // [b, t]
    RowTable table =
        new RowTable(
            table(name, heads, f.longest(ids), stored), Optional.empty(), Optional.empty());
    T rows = f.headRows(positions, List.of(table), heads); // [b, h, t, 1]
    float[] ones = new float[heads];
    Arrays.fill(ones, 1);
    T turn = f.parameter(TensorViews.of(name + ".ones", Shape.of(1, heads, 1, 1), ones));
    return f.matMul(turn, rows, true); // [b, h, 1, t]
  }

  /** [longest, heads]. */
  private static Embedding table(String name, int heads, int longest, DoubleUnaryOperator stored) {
    double[] slopes = slopes(heads);
    float[] numbers = new float[longest * heads];
    for (int i = 0; i < numbers.length; i++) {
      double slope = stored.applyAsDouble((float) slopes[i % heads]);
      int position = i / heads;
      numbers[i] = (float) stored.applyAsDouble(slope * position);
    }
    return new Embedding(name, TensorViews.of(name, Shape.of(longest, heads), numbers));
  }
}
