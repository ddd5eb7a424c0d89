package dev.litegraft.lab.statistics;

/** How far one distribution is from another. */
public final class Divergence {
  private Divergence() {}

  /**
   * The Kullback-Leibler divergence of {@code q} from {@code p}, in nats: Σ p · ln(p / q).
   *
   * @param p of the first file, [classes]
   * @param q of the other, [classes]
   */
  public static double kl(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] > 0) {
        sum += p[i] * Math.log(p[i] / Math.max(q[i], Double.MIN_NORMAL));
      }
    }
    return Math.max(0, sum);
  }

  /** The mean divergence of labels that are right or not each by itself. */
  public static double klOfLabels(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += kl(new double[] {p[i], 1 - p[i]}, new double[] {q[i], 1 - q[i]});
    }
    return sum / p.length;
  }
}
