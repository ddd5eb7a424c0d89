package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Layers one after the other. The last one computes only the token that is read, where one is.
 *
 * @param f what the layers mean
 * @param modules the module that has the layers, by their number
 * @param count how many there are
 * @param in what the model was given
 */
record LayerStack<T>(Layers<T> f, Weights modules, int count, Inputs<T> in) {
  /** One layer. */
  interface Step<T> {
    /**
     * Of [b, t, d] to [b, q, d].
     *
     * @param w the layer's module
     */
    T apply(Weights w, T x, Queries<T> queries);
  }

  /** Reads a layer. */
  interface Reader {
    /**
     * The layer of a module.
     *
     * @param layer its number, from 0
     */
    Block read(int layer, Weights w);
  }

  /**
   * Of embeddings [b, t, d] to the last layer's output: [b, t, d], or [b, 1, d] where {@code
   * in.selection()} is present.
   *
   * @param all what attention needs for all tokens, the same in every layer
   * @param block reads a layer from its module
   */
  T apply(T embedded, Queries<T> all, Function<Weights, Block> block) {
    return apply(embedded, i -> all, (i, w) -> block.apply(w));
  }

  /** As above, with queries of each layer, by its number. */
  T apply(T embedded, IntFunction<Queries<T>> all, Function<Weights, Block> block) {
    return apply(embedded, all, (i, w) -> block.apply(w));
  }

  /** As above, of layers that differ by their number. */
  T apply(T embedded, IntFunction<Queries<T>> all, Reader reader) {
    T x = embedded;
    for (int i = 0; i < count; i++) {
      Weights w = modules.at(i);
      x = f.named(reader.read(i, w).apply(f, x, queries(i, all.apply(i))), w.path());
    }
    return x;
  }

  /** As above, of layers that are no {@link Block}. */
  T apply(T embedded, Queries<T> all, Step<T> layer) {
    T x = embedded;
    for (int i = 0; i < count; i++) {
      Weights w = modules.at(i);
      x = f.named(layer.apply(w, x, queries(i, all)), w.path());
    }
    return x;
  }

  private Queries<T> queries(int layer, Queries<T> all) {
    return layer == count - 1 ? all.reading(in.selection()) : all;
  }
}
