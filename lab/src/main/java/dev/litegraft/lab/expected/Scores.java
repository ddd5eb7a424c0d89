package dev.litegraft.lab.expected;

import dev.litegraft.facts.ProblemType;
import java.util.Arrays;
import java.util.Optional;

/** What is made of logits, by their meaning. */
final class Scores {
  private static final double NEAR = 1e-4;

  private Scores() {}

  static double[] of(double[] logits, ProblemType type) {
    return switch (type) {
      case REGRESSION -> logits.clone();
      case MULTI_LABEL -> Arrays.stream(logits).map(x -> 1 / (1 + Math.exp(-x))).toArray();
      case SINGLE_LABEL -> {
        double most = Arrays.stream(logits).max().orElse(0);
        double[] powers = Arrays.stream(logits).map(x -> Math.exp(x - most)).toArray();
        double sum = Arrays.stream(powers).sum();
        yield Arrays.stream(powers).map(x -> x / sum).toArray();
      }
    };
  }

  /** The index of the first of the largest. */
  static int best(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  /** The meaning under which the logits have these scores. */
  static Optional<ProblemType> named(RecordedAnswer answer, double[] sorted) {
    return Arrays.stream(ProblemType.values())
        .filter(
            type -> {
              double[] ours = of(answer.numbers(), type);
              Arrays.sort(ours);
              for (int i = 0; i < ours.length; i++) {
                if (Math.abs(ours[i] - sorted[i]) > NEAR) {
                  return false;
                }
              }
              return true;
            })
        .findFirst();
  }
}
