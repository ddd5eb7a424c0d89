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
      default -> of(pooling, f, in, in.attended(), hidden.apply(in));
    };
  }

  /**
   * The attended tokens without the first ones of each text: 1 or 0, [b, t].
   *
   * @param first how many
   */
  public static <T> T behind(int first, Layers<T> f, T attended) {
    T beyond = f.activation(f.affine(f.runningSum(attended), 1, -first), Activation.RELU);
    T none = f.activation(f.affine(beyond, -1, 1), Activation.RELU);
    return f.multiply(attended, f.affine(none, -1, 1));
  }

  /**
   * One vector a text, of hidden states that are known.
   *
   * @param counted 1 where a token is pooled, else 0, [b, t]; of a token that is picked by its
   *     place the attended ones count
   * @param x the last hidden states of all tokens, [b, t, d]
   * @return [b, 1, d]
   */
  public static <T> T of(Pooling pooling, Layers<T> f, Inputs<T> in, T counted, T x) {
    return switch (pooling) {
      case CLS -> f.pick(f.firstToken(in.ids()), x);
      case MAX -> f.maxOverTokens(x, counted);
      case MEAN -> f.pick(f.averaging(counted), x);
      // Weights of 1/n, made to a vector of length 1, are 1/√n.
      case MEAN_SQRT_LEN -> f.pick(f.normalize(f.averaging(counted)), x);
      // Attended tokens are counted, so that padding at the left changes nothing.
      case WEIGHTEDMEAN -> f.pick(f.averaging(f.multiply(f.runningSum(in.attended()), counted)), x);
      case LAST -> {
        T last = f.lastWhere(in.attended()); // [b, 1, t]
        // A text that is a prompt alone has no last token that counts: its vector is zero.
        yield f.pick(
            counted.equals(in.attended())
                ? last
                : f.normalize(f.multiply(last, f.averaging(counted))),
            x);
      }
    };
  }
}
