package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * What stands around the layers of most decoders: words before them, and a norm behind them.
 *
 * @param f what the layers mean
 * @param s sizes
 * @param w the backbone's module
 * @param in what the model was given
 */
record DecoderFrame<T>(Layers<T> f, DecoderSizes s, Weights w, Inputs<T> in) {
  /** The tokens' words, of the table {@code embed_tokens}: [b, t, d]. */
  T words() {
    return f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v(), s.d()));
  }

  /** All tokens, which turn, and see so far. */
  Queries<T> turning(RotaryEmbedding angles, Span span) {
    Rope<T> rope = f.rope(f.positions(in.ids()), angles);
    return Queries.all(f, f.mask(in.attended(), span), rope);
  }

  /**
   * The same where some layers see only a window.
   *
   * @param slides which do, by their number
   * @param full how far the others see
   * @param window how far these see
   */
  IntFunction<Queries<T>> turning(
      RotaryEmbedding angles, IntPredicate slides, Span full, Span window) {
    Rope<T> rope = f.rope(f.positions(in.ids()), angles);
    Queries<T> far = Queries.all(f, f.mask(in.attended(), full), rope);
    Queries<T> near = Queries.all(f, f.mask(in.attended(), window), rope);
    return layer -> slides.test(layer) ? near : far;
  }

  /**
   * Words, layers below {@code layers} that turn alike and see as far, and the norm behind them:
   * [b, t, d], or [b, 1, d] where {@code in.selection()} is present.
   *
   * @param last the norm behind them
   * @param block reads a layer
   */
  T apply(RotaryEmbedding angles, Span span, Norm last, Function<Weights, Block> block) {
    T words = words();
    Queries<T> all = turning(angles, span);
    return apply(words, layer -> all, last, block);
  }

  /** The layers and the norm behind them, with queries of each layer, by its number. */
  T apply(T embedded, IntFunction<Queries<T>> all, Norm last, Function<Weights, Block> block) {
    T x = new LayerStack<>(f, w.at("layers"), s.layers(), in).apply(embedded, all, block);
    return last.apply(f, x);
  }
}
