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

  /**
   * The meaning under which the logits have these scores.
   *
   * @param scores the largest first, perhaps not all
   */
  static Optional<ProblemType> named(double[] logits, double[] scores) {
    return Arrays.stream(ProblemType.values())
        .filter(
            type -> {
              double[] ours = of(logits, type);
              Arrays.sort(ours);
              for (int i = 0; i < scores.length; i++) {
                if (Math.abs(ours[ours.length - 1 - i] - scores[i]) > NEAR) {
                  return false;
                }
              }
              return true;
            })
        .findFirst();
  }
}
