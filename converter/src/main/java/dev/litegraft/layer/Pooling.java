package dev.litegraft.layer;

import java.util.Locale;
import java.util.function.Function;

/** How the vectors of a text's tokens become one. */
public enum Pooling {
  /** The average of the attended tokens. */
  MEAN,
  /** The first token. */
  CLS,
  /** The largest number of every column among the attended tokens. */
  MAX,
  /** The last attended token. */
  LAST;

  /** {@code mean}, {@code cls}, {@code max} or {@code last}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
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
      case MEAN -> f.pick(f.averaging(in.attended()), hidden.apply(in));
      case MAX -> f.maxOverTokens(hidden.apply(in), in.attended());
      case CLS -> hidden.apply(in.reading(f.firstToken(in.ids())));
      case LAST -> hidden.apply(in.reading(f.lastWhere(in.attended())));
    };
  }
}
