package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.facts.Pooling;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;

/**
 * What encoders with a decoder behind them have in common where they classify a text: the decoder
 * reads the text itself, one token later, once; its state at the text's last end-of-text token goes
 * through a dense layer. What stands in the decoder after that token is not seen.
 *
 * <p>Source: {@code BartForSequenceClassification} and its copies in T5 and mBART.
 */
final class Seq2Seq {
  private Seq2Seq() {}

  /** The facts speak of the last token, which ends a text. */
  static final Pooling POOLING = Pooling.LAST;

  /** A one-hot [b, 1, t] of the last end-of-text token, wherever padding stands. */
  static <T> T lastEnd(Layers<T> f, int end, T ids) {
    return f.lastWhere(f.affine(f.differs(ids, end), -1, 1));
  }

  /**
   * What the decoder reads: every token's vector is that of the one before it, [b, t, d].
   *
   * @param words the tokens' vectors, [b, t, d]
   * @param first the first one's, [b, 1, d]
   */
  static <T> T shifted(Layers<T> f, Inputs<T> in, T words, T first) {
    return f.behind(words, f.positions(in.ids()), first);
  }

  /**
   * The head's logits, [b, 1, labels].
   *
   * @param w the module {@code classification_head}
   * @param x [b, 1, d]
   */
  static <T> T classify(Layers<T> f, HfConfig config, Weights w, T x, int d) {
    T dense = f.activation(f.linear(x, Linear.read(w.at("dense"), d, d)), Activation.TANH);
    return f.linear(dense, Linear.read(w.at("out_proj"), d, Labels.of(config).count()));
  }
}
