package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.List;

/**
 * BERT's layers with their norms before attention and before feed-forward, and one behind them all.
 *
 * @param beforeAttention the module's path in a layer
 * @param beforeFeedForward the module's path in a layer
 */
record PreNormStack(List<String> beforeAttention, List<String> beforeFeedForward) {
  /**
   * All layers, without the norm behind them: [b, t, d], or [b, 1, d] where {@code in.selection()}
   * is present.
   *
   * @param w the module {@code encoder}
   * @param all the tokens, with what attention needs for them
   */
  <T> T layers(
      Layers<T> f, BertStack.Sizes s, Weights w, T embedded, Inputs<T> in, Queries<T> all) {
    T x = embedded; // [b, t, d]
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layer").at(i), x, queries, in);
    }
    return x;
  }

  private <T> T layer(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> queries, Inputs<T> in) {
    Weights a = w.at("attention");
    T normed = f.layerNorm(x, norm(s, w, beforeAttention)); // [b, t, d]
    T mixed = BertStack.attention(f, s, a.at("self"), normed, queries, in); // [b, q, d]
    T projected = f.linear(mixed, Linear.read(a.at("output").at("dense"), s.d(), s.d()));
    T attended = f.add(projected, queries.of(x));
    T again = f.layerNorm(attended, norm(s, w, beforeFeedForward));
    Mlp mlp =
        new Mlp(
            Linear.read(w.at("intermediate").at("dense"), s.d(), s.f()),
            Linear.read(w.at("output").at("dense"), s.f(), s.d()),
            s.activation());
    return f.named(f.add(attended, mlp.apply(f, again)), w.path()); // [b, q, d]
  }

  private static LayerNorm norm(BertStack.Sizes s, Weights w, List<String> path) {
    Weights at = w;
    for (String name : path) {
      at = at.at(name);
    }
    return LayerNorm.read(at, s.d(), s.epsilon());
  }

  /** The same queries for all layers, which see every token. */
  static <T> Queries<T> everywhere(Layers<T> f, Inputs<T> in) {
    return Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
  }
}
