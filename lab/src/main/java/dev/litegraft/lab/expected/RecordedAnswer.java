package dev.litegraft.lab.expected;

import java.util.List;
import java.util.Optional;

/**
 * What the original answered to one text.
 *
 * @param line the line of the file, from 1
 * @param text the text
 * @param pair the second text
 * @param ids token ids, [t]
 * @param types token types, [t]; all 0 where the record has none
 * @param numbers logits, those of each token one behind the other, or the vector
 * @param scores what the library makes of the logits, largest first or in their order; empty where
 *     the record has none
 * @param labels the labels of the scores
 */
record RecordedAnswer(
    int line,
    String text,
    Optional<String> pair,
    int[] ids,
    int[] types,
    double[] numbers,
    double[] scores,
    List<String> labels) {
  RecordedAnswer {
    labels = List.copyOf(labels);
  }
}
