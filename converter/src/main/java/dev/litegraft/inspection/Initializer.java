package dev.litegraft.inspection;

import java.util.Locale;
import java.util.Optional;

/**
 * A distribution that new weights are drawn from, and whether numbers look like drawn from it.
 *
 * <p>They do if mean, deviation and kurtosis are what chance allows for so many, and none is beyond
 * the distribution's bound. Training moves each number by about the learning rate a step: the
 * deviation grows, and numbers leave the bound.
 *
 * @param name what it is called in a message
 * @param deviation its standard deviation
 * @param kurtosis its kurtosis; of a normal distribution 3
 * @param bound the largest magnitude
 */
record Initializer(String name, double deviation, double kurtosis, double bound) {
  /** Standard errors that chance allows: it is beyond them once in three thousand. */
  private static final double CHANCE = 3.6;

  /** Kurtosis of few numbers has a long tail. */
  private static final double CHANCE_OF_KURTOSIS = 5;

  /** Fewer numbers have no kurtosis to speak of. */
  private static final int MANY = 64;

  /** bf16 rounds a number at the bound by so much. */
  private static final double ROUNDING = 1.004;

  /** transformers' usual one: normal numbers with {@code initializer_range}. */
  static Initializer normal(double range) {
    return new Initializer("initializer_range " + range, range, 3, Double.POSITIVE_INFINITY);
  }

  /** What torch gives a new nn.Linear: evenly distributed up to 1/√d. */
  static Initializer uniform(int width) {
    double bound = 1 / Math.sqrt(width);
    return new Initializer("a new torch.nn.Linear", bound / Math.sqrt(3), 1.8, bound);
  }

  /** Some families' for the last layer: normal with deviation 1/√d, cut off at twice that. */
  static Initializer truncated(String family, int width) {
    double deviation = 1 / Math.sqrt(width);
    return new Initializer(family + "'s initializer", 0.8796 * deviation, 2.37, 2 * deviation);
  }

  /** What shows that numbers were drawn from this, if they look like it. */
  Optional<String> explains(float[] numbers) {
    int n = numbers.length;
    double own = 0;
    double largest = 0;
    for (float number : numbers) {
      own += number / (double) n;
      largest = Math.max(largest, Math.abs(number));
    }
    double second = 0;
    double fourth = 0;
    for (float number : numbers) {
      double square = (number - own) * (number - own);
      second += square / n;
      fourth += square * square / n;
    }
    double spread = Math.sqrt(second);
    boolean drawn =
        largest <= ROUNDING * bound
            && Math.abs(own) <= CHANCE * deviation / Math.sqrt(n)
            && Math.abs(spread / deviation - 1) <= CHANCE * Math.sqrt((kurtosis - 1) / (4 * n))
            && (n < MANY
                || Math.abs(fourth / (second * second) - kurtosis)
                    <= CHANCE_OF_KURTOSIS * Math.sqrt(24.0 / n));
    return drawn
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "mean %.1e and deviation %.4f are those of random numbers of %s",
                own,
                spread,
                name))
        : Optional.empty();
  }
}
