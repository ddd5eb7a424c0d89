package dev.litegraft.runtime;

import java.util.List;

/**
 * What a token classifier says of one token.
 *
 * @param label the name of the most probable label
 * @param labelId its index
 * @param score its probability
 * @param probabilities by label, [labels]
 * @param start index of the token's first UTF-16 unit in the original text
 * @param end index after its last UTF-16 unit
 */
public record TokenLabel(
    String label, int labelId, double score, List<Double> probabilities, int start, int end) {
  public TokenLabel {
    probabilities = List.copyOf(probabilities);
  }
}
