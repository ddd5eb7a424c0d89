package dev.litegraft.architecture;

import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Layers;
import java.util.List;

/** How far each key stands ahead of each query, for families that hide keys by more than a span. */
final class PairDistances {
  private PairDistances() {}

  /**
   * The position of the key less that of the query, whole numbers.
   *
   * @param ids [b, t]
   * @return [b, 1, t, t]
   */
  static <T> T of(Layers<T> f, T ids) {
    T place = f.column(f.positions(ids)); // [b, t, 1]
    T ones = f.affine(place, 0, 1);
    T query = f.splitHeads(f.joined(List.of(ones, f.scale(place, -1))), 1); // [b, 1, t, 2]
    T key = f.splitHeads(f.joined(List.of(place, ones)), 1);
    return f.matMul(query, key, true);
  }

  /** Whole numbers that are not negative, and 1 in the place of larger ones. */
  static <T> T atMostOne(Layers<T> f, T x) {
    return f.add(x, f.scale(f.activation(f.affine(x, 1, -1), Activation.RELU), -1));
  }
}
