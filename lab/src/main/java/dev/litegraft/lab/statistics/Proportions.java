package dev.litegraft.lab.statistics;

/** How sure proportions are, and differences of two of them on the same rows. */
public final class Proportions {
  /** Beyond which a standard normal variable lies with a probability of 2.5 % to each side. */
  static final double Z = 1.959963984540054;

  private Proportions() {}

  /**
   * The interval of a proportion.
   *
   * <p>Source: E. B. Wilson, 1927; the score interval without a correction for continuity.
   *
   * @param successes of {@code n}
   * @param n 1 or more
   */
  public static Interval wilson(long successes, long n) {
    double p = (double) successes / n;
    double zz = Z * Z;
    double centre = p + zz / (2 * n);
    double half = Z * Math.sqrt(p * (1 - p) / n + zz / (4.0 * n * n));
    double low = successes == 0 ? 0 : (centre - half) / (1 + zz / n);
    double high = successes == n ? 1 : (centre + half) / (1 + zz / n);
    return new Interval(low, high);
  }

  /**
   * The interval of the difference of two proportions on the same rows, the first less the second.
   *
   * <p>Source: R. G. Newcombe, "Improved confidence intervals for the difference between binomial
   * proportions based on paired data", Statistics in Medicine 17 (1998), method 10: Wilson's
   * intervals put together with the correlation, corrected for continuity where it is positive.
   *
   * @param both rows on which both succeed
   * @param first on which only the first does
   * @param second on which only the second does
   * @param neither on which none does
   */
  public static Interval newcombe(long both, long first, long second, long neither) {
    long n = both + first + second + neither;
    double p1 = (double) (both + first) / n;
    double p2 = (double) (both + second) / n;
    Interval of1 = wilson(both + first, n);
    Interval of2 = wilson(both + second, n);
    double phi = correlation(both, first, second, neither);
    double d = p1 - p2;
    return new Interval(
        d - joined(p1 - of1.low(), of2.high() - p2, phi),
        d + joined(of1.high() - p1, p2 - of2.low(), phi));
  }

  private static double joined(double a, double b, double phi) {
    return Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  }

  private static double correlation(long ofBoth, long ofFirst, long ofSecond, long ofNeither) {
    double both = ofBoth;
    double first = ofFirst;
    double second = ofSecond;
    double neither = ofNeither;
    double product = (both + first) * (second + neither) * (both + second) * (first + neither);
    if (product == 0) {
      return 0;
    }
    double n = both + first + second + neither;
    double determinant = both * neither - first * second;
    double corrected = determinant > 0 ? Math.max(determinant - n / 2, 0) : determinant;
    return corrected / Math.sqrt(product);
  }

  /**
   * The exact p of McNemar's test, two-sided: how probable it is that of the rows on which only one
   * succeeds the other has so few or fewer, if each has the same chance.
   *
   * @param first rows on which only the first succeeds
   * @param second on which only the second does
   */
  public static double mcNemar(long first, long second) {
    long n = first + second;
    long few = Math.min(first, second);
    double log = -n * Math.log(2); // of the probability of k = 0
    double sum = 0;
    for (long k = 0; k <= few; k++) {
      sum += Math.exp(log);
      log += Math.log((double) (n - k) / (k + 1));
    }
    return Math.min(1, 2 * sum);
  }
}
