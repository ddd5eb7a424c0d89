package dev.litegraft.runtime;

import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.ProblemType;
import java.util.Optional;

/** Logits as probabilities, in double precision. */
final class Probabilities {
  private Probabilities() {}

  static double[] of(float[] logits, ProblemType problem) {
    return switch (problem) {
      case SINGLE_LABEL -> softmax(plain(logits));
      case MULTI_LABEL -> sigmoid(plain(logits));
      case REGRESSION -> plain(logits);
    };
  }

  /** The same as a fit on known labels says: logits over the temperature, with a bias a label. */
  static double[] of(float[] logits, ProblemType problem, Optional<Confidence> fitted) {
    if (fitted.isEmpty() || problem == ProblemType.REGRESSION) {
      return of(logits, problem);
    }
    double[] changed = fitted(logits, fitted);
    return problem == ProblemType.MULTI_LABEL ? sigmoid(changed) : softmax(changed);
  }

  /** What takes the place of logits where probabilities are made of them. */
  static double[] fitted(float[] logits, Optional<Confidence> fitted) {
    double[] changed = plain(logits);
    if (fitted.isPresent()) {
      Confidence fit = fitted.get();
      for (int i = 0; i < changed.length; i++) {
        double bias = fit.bias().isEmpty() ? 0 : fit.bias().get(i);
        changed[i] = logits[i] / fit.temperature() + bias;
      }
    }
    return changed;
  }

  /** Above which probability a label is right that is right or not by itself. */
  static double threshold(Optional<Confidence> fitted, int label) {
    return fitted
        .filter(fit -> !fit.thresholds().isEmpty())
        .map(fit -> fit.thresholds().get(label))
        .orElse(0.5);
  }

  /** The index of the first of the largest. */
  static int best(double[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }

  static double[] softmax(double... logits) {
    double[] p = logits.clone();
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

  private static double[] sigmoid(double[] logits) {
    double[] p = logits.clone();
    for (int i = 0; i < p.length; i++) {
      p[i] = 1 / (1 + Math.exp(-p[i]));
    }
    return p;
  }

  /** The numbers themselves. */
  static double[] plain(float[] logits) {
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = logits[i];
    }
    return p;
  }
}
