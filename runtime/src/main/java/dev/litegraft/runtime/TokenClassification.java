package dev.litegraft.runtime;

import java.util.List;

/**
 * What a token classifier says of a text.
 *
 * @param entities the labelled spans, in the order of the text, without those that are outside
 *     ({@code O})
 * @param labels a label for each token, special tokens left out, {@code O} included
 * @param tokens how many tokens the model read, special tokens included
 * @param truncated whether the text was longer than the model takes
 * @param cut how many of its tokens were left out, as far as it was read: a long text is not read
 *     to its end
 * @param milliseconds tokenizing and running, without waiting for other calls to begin
 */
public record TokenClassification(
    List<Entity> entities,
    List<TokenLabel> labels,
    int tokens,
    boolean truncated,
    int cut,
    double milliseconds) {
  public TokenClassification {
    entities = List.copyOf(entities);
    labels = List.copyOf(labels);
  }
}
