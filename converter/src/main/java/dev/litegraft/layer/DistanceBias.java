package dev.litegraft.layer;

import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Collections;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A number for each distance and head, which attention adds to its scores. Made once for all layers
 * that share it.
 *
 * <p>Source: {@code relative_attention_bias} of transformers' T5 and MPNet; ALiBi is the table
 * whose numbers grow with the distance.
 */
public final class DistanceBias {
  private DistanceBias() {}

  /**
   * The bias of every query and key, for {@link Scores#withBias}.
   *
   * @param ids [b, t]
   * @param table [n, h]
   * @param entries the table's row for a distance, which is positive where the key stands behind
   *     the query
   * @return [b, h, t, t]
   */
  public static <T> T of(Layers<T> f, T ids, Embedding table, IntUnaryOperator entries) {
    int heads = table.weight().shape().dim(1);
    int longest = f.longest(ids);
    T places = f.affine(f.relativePositions(ids), 1, longest); // [b, 2t + 1]
    T rows = f.embedding(f.lookUp(places, list(table.name(), longest, entries)), table);
    // A row times 1 is what it is: the product only moves it to its query and key.
    T ones = f.column(f.affine(f.positions(ids), 0, 1)); // [b, t, 1]
    T query = f.splitHeads(f.joined(Collections.nCopies(heads, ones)), heads); // [b, h, t, 1]
    return f.relativeScores(Optional.of(query), Optional.empty(), f.splitHeads(rows, heads));
  }

  /** Entries of the distances −longest … longest. */
  private static TensorData list(String table, int longest, IntUnaryOperator entries) {
    float[] numbers = new float[2 * longest + 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = entries.applyAsInt(i - longest);
    }
    return TensorViews.of(table + ".entries", Shape.of(numbers.length), numbers);
  }
}
