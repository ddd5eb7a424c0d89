package dev.litegraft.runtime;

import java.util.List;

/**
 * What a classifier says of a text.
 *
 * @param label the name of the most probable label; of a regression, the name of its one output
 * @param labelId its index
 * @param labels the names of all labels that are right: where each is right or not by itself those
 *     more probable than not, which may be none; else the one
 * @param score its probability; of a regression, the number itself
 * @param probabilities by label: softmax of the logits where one label is right, sigmoid where each
 *     is right or not by itself, the plain numbers of a regression, [labels]; fitted to labels that
 *     are known where the file says so
 * @param logits what the model answered, [labels]; empty where probabilities are made inside of the
 *     graph, which then answers with them
 * @param tokens how many tokens the model read, special tokens included
 * @param truncated whether the text was longer than the model takes
 * @param cut how many of its tokens were left out, as far as it was read: a long text is not read
 *     to its end
 * @param milliseconds tokenizing and running, without waiting for other calls to begin
 */
public record Classification(
    String label,
    int labelId,
    List<String> labels,
    double score,
    List<Double> probabilities,
    List<Float> logits,
    int tokens,
    boolean truncated,
    int cut,
    double milliseconds) {
  public Classification {
    labels = List.copyOf(labels);
    probabilities = List.copyOf(probabilities);
    logits = List.copyOf(logits);
  }

  /** Whether the score is a probability: of a regression it is the number that was answered. */
  public boolean isProbability() {
    return logits.isEmpty() || score != logits.get(labelId);
  }
}
