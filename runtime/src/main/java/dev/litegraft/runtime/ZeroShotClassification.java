package dev.litegraft.runtime;

import java.util.List;

/**
 * What a model for natural-language inference says of a text and labels that it was not trained
 * with.
 *
 * @param labels the labels, the most probable first
 * @param scores their probabilities in the same order: they add up to 1, or are each by itself
 *     where several labels may be right
 * @param tokens how many tokens the model read for the longest of the hypotheses, special tokens
 *     included
 * @param truncated whether the text was longer than the model takes beside a hypothesis
 * @param milliseconds tokenizing and running for all labels, without waiting for other calls
 */
public record ZeroShotClassification(
    List<String> labels, List<Double> scores, int tokens, boolean truncated, double milliseconds) {
  public ZeroShotClassification {
    labels = List.copyOf(labels);
    scores = List.copyOf(scores);
  }

  /** The most probable label. */
  public String label() {
    return labels.get(0);
  }

  /** Its probability. */
  public double score() {
    return scores.get(0);
  }
}
