package dev.litegraft.layer;

import dev.litegraft.facts.Pooling;
import java.util.function.Function;

/**
 * The vectors of a text's tokens, made to one: what each {@link Pooling} computes.
 *
 * <p>Source: {@code forward} of sentence-transformers' Pooling.
 */
public final class Pooled {
  private Pooled() {}

  /**
   * One vector a text. Where a single token is read, the last layer is computed for that token
   * only.
   *
   * @param hidden the last hidden states of some inputs: [b, t, d], or [b, 1, d] with a selection
   * @return [b, 1, d]
   */
  public static <T> T apply(
      Pooling pooling, Layers<T> f, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    return switch (pooling) {
      case CLS -> hidden.apply(in.reading(f.firstToken(in.ids())));
      case LAST -> hidden.apply(in.reading(f.lastWhere(in.attended())));
      default -> of(pooling, f, in, hidden.apply(in));
    };
  }

  /**
   * One vector a text, of hidden states that are known.
   *
   * @param x the last hidden states of all tokens, [b, t, d]
   * @return [b, 1, d]
   */
  public static <T> T of(Pooling pooling, Layers<T> f, Inputs<T> in, T x) {
    return switch (pooling) {
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
