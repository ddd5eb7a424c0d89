package dev.litegraft.facts;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  static final Fact.Kind<List<Pooling>> KIND = Fact.of(Pooling::read, Pooling::id);

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

  private static List<Pooling> read(Object json, Fact.Place place) {
    try {
      return ofId((String) json);
    } catch (ClassCastException | IllegalArgumentException e) {
      throw place.fault("one of last, cls, mean, max …, or several with + between them", json);
    }
  }
}
