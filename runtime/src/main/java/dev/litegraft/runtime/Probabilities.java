package dev.litegraft.runtime;

import dev.litegraft.facts.ProblemType;

/** Logits as probabilities, in double precision. */
final class Probabilities {
  private Probabilities() {}

  static double[] of(float[] logits, ProblemType problem) {
    return switch (problem) {
      case SINGLE_LABEL -> softmax(logits);
      case MULTI_LABEL -> sigmoid(logits);
      case REGRESSION -> plain(logits);
    };
  }

  /** The index of the first of the largest. */
  static int best(double[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }

  private static double[] softmax(float[] logits) {
    double[] p = plain(logits);
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : p) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(p[i] - most);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  private static double[] sigmoid(float[] logits) {
    double[] p = plain(logits);
    for (int i = 0; i < p.length; i++) {
      p[i] = 1 / (1 + Math.exp(-p[i]));
    }
    return p;
  }

  private static double[] plain(float[] logits) {
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = logits[i];
    }
    return p;
  }
}
