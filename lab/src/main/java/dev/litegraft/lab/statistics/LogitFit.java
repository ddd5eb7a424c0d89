package dev.litegraft.lab.statistics;

import java.util.BitSet;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * A temperature, and perhaps a bias a class, with which the log loss of known labels is least. It
 * is convex in 1 / temperature and the biases, so that there is one answer.
 *
 * <p>Source: C. Guo et al., "On Calibration of Modern Neural Networks", 2017 (temperature scaling,
 * and its form with biases); J. Platt, 1999.
 *
 * @param temperature by which logits are divided
 * @param bias that is added after that, [classes]; empty for none. The first is 0: only differences
 *     count
 */
public record LogitFit(double temperature, double[] bias) {
  /** The least temperature that is searched. */
  public static final double COLDEST = 0.05;

  /** The greatest temperature that is searched. */
  public static final double WARMEST = 20;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final double PRECISION = 1e-10;

  /**
   * Of classes of which one is right.
   *
   * @param logits [rows, classes]
   * @param right [rows]
   * @param biased whether each class has a bias
   */
  public static LogitFit ofClasses(double[][] logits, int[] right, boolean biased) {
    double inverse = least(x -> loss(logits, right, x));
    return biased ? BiasedFit.of(logits, right, inverse) : new LogitFit(1 / inverse, new double[0]);
  }

  /** Whether a temperature is an end of the search: the best one lies beyond it, or nowhere. */
  public static boolean isEnd(double temperature) {
    return temperature < COLDEST * 1.001 || temperature > WARMEST / 1.001;
  }

  private static double loss(double[][] logits, int[] right, double inverse) {
    double loss = 0;
    for (int i = 0; i < logits.length; i++) {
      double most = Double.NEGATIVE_INFINITY;
      double[] z = new double[logits[i].length];
      for (int c = 0; c < z.length; c++) {
        z[c] = logits[i][c] * inverse;
        most = Math.max(most, z[c]);
      }
      double sum = 0;
      for (double one : z) {
        sum += Math.exp(one - most);
      }
      loss += Math.log(sum) + most - z[right[i]];
    }
    return loss / logits.length;
  }

  /**
   * Of labels that are each right or not.
   *
   * @param logits [rows, labels]
   * @param right which are, [rows]
   */
  public static LogitFit ofLabels(double[][] logits, List<BitSet> right) {
    double inverse =
        least(
            x -> {
              double loss = 0;
              for (int i = 0; i < logits.length; i++) {
                for (int l = 0; l < logits[i].length; l++) {
                  double z = logits[i][l] * x * (right.get(i).get(l) ? -1 : 1);
                  loss += z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
                }
              }
              return loss;
            });
    return new LogitFit(1 / inverse, new double[0]);
  }

  /** Where a convex function of 1 / temperature is least: golden sections. */
  private static double least(DoubleUnaryOperator loss) {
    double low = 1 / WARMEST;
    double high = 1 / COLDEST;
    double a = high - GOLDEN * (high - low);
    double b = low + GOLDEN * (high - low);
    double ofA = loss.applyAsDouble(a);
    double ofB = loss.applyAsDouble(b);
    while (high - low > PRECISION) {
      if (ofA <= ofB) {
        high = b;
        b = a;
        ofB = ofA;
        a = high - GOLDEN * (high - low);
        ofA = loss.applyAsDouble(a);
      } else {
        low = a;
        a = b;
        ofA = ofB;
        b = low + GOLDEN * (high - low);
        ofB = loss.applyAsDouble(b);
      }
    }
    return (low + high) / 2;
  }

  /** Probabilities of which one is right. */
  public static double[] softmax(double[] logits, double temperature, List<Double> bias) {
    double[] p = new double[logits.length];
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < p.length; c++) {
      p[c] = logits[c] / temperature + (bias.isEmpty() ? 0 : bias.get(c));
      most = Math.max(most, p[c]);
    }
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(p[c] - most);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  /**
   * Above which probability a label is to be right, so that its F1 is largest: in the middle
   * between two that occur; 0.5 where the label is never right.
   *
   * @param probabilities [rows]
   */
  public static double threshold(double[] probabilities, List<BitSet> right, int label) {
    int[] order =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    long positives = right.stream().filter(set -> set.get(label)).count();
    double best = 0;
    double threshold = 0.5;
    long found = 0;
    for (int i = 0; i < order.length; i++) {
      found += right.get(order[i]).get(label) ? 1 : 0;
      double own = probabilities[order[i]];
      double next = i + 1 < order.length ? probabilities[order[i + 1]] : 0;
      double f1 = 2.0 * found / (i + 1 + positives);
      if (positives > 0 && own > next && f1 > best) {
        best = f1;
        threshold = (own + next) / 2;
      }
    }
    return threshold;
  }
}
