package dev.litegraft.lab.verification;

/** Probabilities and distances of a few numbers, in double precision. */
final class Numbers {
  /** A probability below this counts as this, so that a divergence is finite. */
  private static final double SMALLEST = 1e-12;

  private Numbers() {}

  static double[] softmax(float[] logits, int from, int count) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      most = Math.max(most, logits[i]);
    }
    double[] p = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      p[i] = Math.exp(logits[from + i] - most);
      sum += p[i];
    }
    for (int i = 0; i < count; i++) {
      p[i] /= sum;
    }
    return p;
  }

  static double sigmoid(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  /** The Kullback–Leibler divergence Σ p · ln(p / q), in nats. */
  static double divergence(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      if (p[i] > SMALLEST) {
        sum += p[i] * Math.log(p[i] / Math.max(SMALLEST, q[i]));
      }
    }
    return Double.isNaN(sum) ? sum : Math.max(0, sum);
  }

  static int largest(double[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }

  /** By how much the largest number leads the second. */
  static double lead(double[] numbers) {
    int best = largest(numbers);
    double second = 0;
    for (int i = 0; i < numbers.length; i++) {
      second = i == best ? second : Math.max(second, numbers[i]);
    }
    return numbers[best] - second;
  }

  /** The cosine of the angle between two vectors; 1 where both are zero. */
  static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return aa == 0 && bb == 0 ? 1 : dot / Math.sqrt(aa * bb);
  }
}
