package dev.litegraft.lab.statistics;

import java.util.Arrays;

/**
 * A bias a class and 1 / temperature with which the mean log loss is least. A round is a step of
 * iterative scaling, which brings rare classes near at once and never makes the loss larger, and a
 * step of Newton's method for all numbers together, whose linear equations conjugate gradients
 * solve: passes over the rows, and no matrix of [classes, classes].
 *
 * <p>Source: J. Darroch and D. Ratcliff, "Generalized Iterative Scaling for Log-Linear Models",
 * 1972; J. Nocedal and S. Wright, "Numerical Optimization", 2006, algorithm 7.1.
 */
final class BiasedFit {
  private static final int ROUNDS = 100;
  private static final int SOLVING = 250;
  private static final int HALVINGS = 40;

  /** Twice what the loss may still fall by before the last step, of which it leaves the square. */
  private static final double DONE = 1e-16;

  /** Below it a step is taken as it is: losses differ by less than they are rounded. */
  private static final double NEAR = 1e-12;

  private final double[][] logits;
  private final int[] right;
  private final int classes;

  /** Biases, then 1 / temperature. */
  private double[] at;

  /** Of each row ln of the sum of exponentials, at {@link #at}. */
  private final double[] normalizers;

  private final double[] gradient;
  private final double[] diagonal;
  private final double[] seen;

  private BiasedFit(double[][] logits, int[] right, double inverse) {
    this.logits = logits;
    this.right = right;
    this.classes = logits[0].length;
    this.at = new double[classes + 1];
    this.at[classes] = inverse;
    this.normalizers = new double[logits.length];
    this.gradient = new double[classes + 1];
    this.diagonal = new double[classes + 1];
    this.seen = new double[classes];
    for (int label : right) {
      seen[label] += 1.0 / right.length;
    }
  }

  /**
   * The fit.
   *
   * @param inverse 1 / temperature where the search begins
   */
  static LogitFit of(double[][] logits, int[] right, double inverse) {
    BiasedFit fit = new BiasedFit(logits, right, inverse);
    for (int round = 0; round < ROUNDS; round++) {
      fit.scale();
      if (fit.newton() < DONE) {
        break;
      }
    }
    double first = fit.at[0];
    double[] bias = Arrays.stream(fit.at, 0, fit.classes).map(b -> b - first).toArray();
    return new LogitFit(1 / fit.at[fit.classes], bias);
  }

  /** Each class's mean probability becomes nearer to how often it is right. */
  private void scale() {
    loss(at);
    derive();
    for (int c = 0; c < classes; c++) {
      double mean = gradient[c] + seen[c];
      if (seen[c] > 0 && mean > 0) {
        at[c] += Math.log(seen[c] / mean);
      }
    }
  }

  /** One step; the square of its length in the measure of the second derivatives. */
  private double newton() {
    double before = loss(at);
    derive();
    double[] step = solve(isHeld());
    double decrement = -dot(gradient, step);
    if (decrement < NEAR) {
      at = moved(step, 1);
      return decrement;
    }
    double size = 1;
    for (int i = 0; i < HALVINGS; i++, size /= 2) {
      double[] next = moved(step, size);
      double promised = 0;
      for (int c = 0; c <= classes; c++) {
        promised += gradient[c] * (next[c] - at[c]);
      }
      if (loss(next) <= before + 1e-4 * promised) {
        at = next;
        return decrement;
      }
    }
    return 0; // nothing is less, as far as numbers tell
  }

  /** Whether 1 / temperature is at an end of what is searched, and would leave it. */
  private boolean isHeld() {
    double x = at[classes];
    return (x <= 1 / LogitFit.WARMEST && gradient[classes] > 0)
        || (x >= 1 / LogitFit.COLDEST && gradient[classes] < 0);
  }

  private double[] moved(double[] step, double size) {
    double[] next = at.clone();
    for (int c = 0; c <= classes; c++) {
      next[c] += size * step[c];
    }
    next[classes] = Math.max(1 / LogitFit.WARMEST, Math.min(1 / LogitFit.COLDEST, next[classes]));
    return next;
  }

  /** The mean loss; sets the rows' normalizers. */
  private double loss(double[] point) {
    double loss = 0;
    for (int i = 0; i < logits.length; i++) {
      double[] row = logits[i];
      double most = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        most = Math.max(most, row[c] * point[classes] + point[c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(row[c] * point[classes] + point[c] - most);
      }
      normalizers[i] = Math.log(sum) + most;
      loss += normalizers[i] - (row[right[i]] * point[classes] + point[right[i]]);
    }
    return loss / logits.length;
  }

  private double probability(int i, int c) {
    return Math.exp(logits[i][c] * at[classes] + at[c] - normalizers[i]);
  }

  /**
   * First derivatives, and second ones of each number alone. Sums leave out what is right, so that
   * nothing cancels where all is right nearly.
   */
  private void derive() {
    Arrays.fill(gradient, 0);
    Arrays.fill(diagonal, 0);
    double each = 1.0 / logits.length;
    for (int i = 0; i < logits.length; i++) {
      int own = right[i];
      double wrong = 0;
      double mean = 0;
      double square = 0;
      for (int c = 0; c < classes; c++) {
        if (c != own) {
          double p = probability(i, c);
          double less = logits[i][c] - logits[i][own];
          gradient[c] += p * each;
          diagonal[c] += p * (1 - p) * each;
          wrong += p;
          mean += p * less;
          square += p * less * less;
        }
      }
      gradient[own] -= wrong * each;
      diagonal[own] += wrong * Math.max(0, 1 - wrong) * each;
      gradient[classes] += mean * each;
      diagonal[classes] += Math.max(0, square - mean * mean) * each;
    }
  }

  /** Second derivatives times a direction. */
  private double[] curved(double[] direction) {
    double[] curved = new double[classes + 1];
    double[] weighted = new double[classes];
    for (int i = 0; i < logits.length; i++) {
      double[] row = logits[i];
      double own = row[right[i]] * direction[classes] + direction[right[i]];
      double mean = 0;
      for (int c = 0; c < classes; c++) {
        weighted[c] = probability(i, c);
        mean += weighted[c] * (row[c] * direction[classes] + direction[c] - own);
      }
      for (int c = 0; c < classes; c++) {
        double part =
            weighted[c] * (row[c] * direction[classes] + direction[c] - own - mean) / logits.length;
        curved[c] += part;
        curved[classes] += part * (row[c] - row[right[i]]);
      }
    }
    return curved;
  }

  /**
   * Newton's direction, nearly: the nearer, the smaller the derivatives are. That all biases may
   * grow alike does no harm: the derivatives have no part in that direction.
   *
   * @param held whether 1 / temperature stays
   */
  private double[] solve(boolean held) {
    double[] step = new double[classes + 1];
    double[] rest = new double[classes + 1];
    for (int c = 0; c <= classes; c++) {
      rest[c] = held && c == classes ? 0 : -gradient[c];
    }
    double[] scaled = preconditioned(rest);
    double[] direction = scaled.clone();
    double length = dot(rest, scaled);
    double enough = Math.max(DONE * 1e-6, length * Math.min(0.01, length));
    for (int i = 0; i < SOLVING && length > enough; i++) {
      double[] curved = curved(direction);
      if (held) {
        curved[classes] = 0;
      }
      double curvature = dot(direction, curved);
      if (curvature <= 0) {
        break;
      }
      double along = length / curvature;
      for (int c = 0; c <= classes; c++) {
        step[c] += along * direction[c];
        rest[c] -= along * curved[c];
      }
      scaled = preconditioned(rest);
      double next = dot(rest, scaled);
      for (int c = 0; c <= classes; c++) {
        direction[c] = scaled[c] + next / length * direction[c];
      }
      length = next;
    }
    return step;
  }

  private double[] preconditioned(double[] rest) {
    double[] scaled = new double[classes + 1];
    for (int c = 0; c <= classes; c++) {
      scaled[c] = diagonal[c] > 0 ? rest[c] / diagonal[c] : 0;
    }
    return scaled;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
