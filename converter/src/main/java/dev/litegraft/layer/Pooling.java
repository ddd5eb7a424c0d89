package dev.litegraft.layer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the vectors of a text's tokens become one. Of several, the vectors stand one after the other
 * in this order.
 *
 * <p>Source: {@code forward} of sentence-transformers' Pooling.
 */
public enum Pooling {
  /** The first token. */
  CLS,
  /** The largest number of every column among the attended tokens. */
  MAX,
  /** The average of the attended tokens. */
  MEAN,
  /** The sum of the attended tokens over the root of their number. */
  MEAN_SQRT_LEN,
  /** The average of the attended tokens, of which the first counts once, the second twice … */
  WEIGHTEDMEAN,
  /** The last attended token. */
  LAST;

  private static final String PLUS = "+";

  /** {@code mean}, {@code cls}, {@code max}, {@code last} … */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code cls+mean} for two. */
  public static String id(List<Pooling> poolings) {
    return poolings.stream().map(Pooling::id).collect(Collectors.joining(PLUS));
  }

  /**
   * The poolings of an {@link #id(List)}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static List<Pooling> ofId(String id) {
    return Arrays.stream(id.toUpperCase(Locale.ROOT).split("\\" + PLUS, -1))
        .map(Pooling::valueOf)
        .toList();
  }

  /**
   * One vector a text. Where a single token is read, the last layer is computed for that token
   * only.
   *
   * @param hidden the last hidden states of some inputs: [b, t, d], or [b, 1, d] with a selection
   * @return [b, 1, d]
   */
  public <T> T apply(Layers<T> f, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    return switch (this) {
      case CLS -> hidden.apply(in.reading(f.firstToken(in.ids())));
      case LAST -> hidden.apply(in.reading(f.lastWhere(in.attended())));
      default -> pooled(f, in, hidden.apply(in));
    };
  }

  /**
   * One vector a text, of hidden states that are known.
   *
   * @param x the last hidden states of all tokens, [b, t, d]
   * @return [b, 1, d]
   */
  <T> T pooled(Layers<T> f, Inputs<T> in, T x) {
    return switch (this) {
      case CLS -> f.pick(f.firstToken(in.ids()), x);
      case MAX -> f.maxOverTokens(x, in.attended());
      case MEAN -> f.pick(f.averaging(in.attended()), x);
      // Weights of 1/n, made to a vector of length 1, are 1/√n.
      case MEAN_SQRT_LEN -> f.pick(f.normalize(f.averaging(in.attended())), x);
      // Attended tokens are counted, so that padding at the left changes nothing.
      case WEIGHTEDMEAN ->
          f.pick(f.averaging(f.multiply(f.runningSum(in.attended()), in.attended())), x);
      case LAST -> f.pick(f.lastWhere(in.attended()), x);
    };
  }
}
