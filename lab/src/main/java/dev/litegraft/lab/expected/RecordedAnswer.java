package dev.litegraft.lab.expected;

import dev.litegraft.runtime.TokenRow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the original answered to one text.
 *
 * @param line the line of the file, from 1
 * @param text the text
 * @param pair the second text
 * @param ids token ids, [t]
 * @param types token types, [t]; absent where the tokenizer gave none
 * @param numbers logits, those of each token one behind the other, or the vector
 * @param vector whether the numbers are a vector
 * @param scores what the library makes of the logits, largest first or in their order; empty where
 *     the record has none
 * @param labels the labels of the scores; of a tagger the likeliest of each token, without scores
 */
record RecordedAnswer(
    int line,
    String text,
    Optional<String> pair,
    int[] ids,
    Optional<int[]> types,
    double[] numbers,
    boolean vector,
    double[] scores,
    List<String> labels) {
  RecordedAnswer {
    labels = List.copyOf(labels);
  }

  /** The row that the model was given. */
  TokenRow row() {
    int[] mask = new int[ids.length];
    Arrays.fill(mask, 1);
    return new TokenRow(ids, mask, types.orElseGet(() -> new int[ids.length]));
  }

  /** Its numbers as a model computes them. */
  float[] floats() {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
