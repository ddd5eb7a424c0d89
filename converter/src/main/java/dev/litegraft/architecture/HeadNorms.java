package dev.litegraft.architecture;

import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;

/** Norms of queries and keys, before they turn. */
interface HeadNorms {
  /** Projected queries, [b, q, h·e] to [b, h, q, e]. */
  <T> T ofQueries(Layers<T> f, T x, int heads);

  /** Projected keys, [b, t, k·e] to [b, k, t, e]. */
  <T> T ofKeys(Layers<T> f, T x, int heads);

  /**
   * One of each head, which all heads share.
   *
   * @param query of width e
   * @param key of width e
   */
  record Each(Norm query, Norm key) implements HeadNorms {
    @Override
    public <T> T ofQueries(Layers<T> f, T x, int heads) {
      return query.apply(f, f.splitHeads(x, heads));
    }

    @Override
    public <T> T ofKeys(Layers<T> f, T x, int heads) {
      return key.apply(f, f.splitHeads(x, heads));
    }
  }

  /**
   * One over all heads.
   *
   * @param query of width h·e
   * @param key of width k·e
   */
  record All(Norm query, Norm key) implements HeadNorms {
    @Override
    public <T> T ofQueries(Layers<T> f, T x, int heads) {
      return f.splitHeads(query.apply(f, x), heads);
    }

    @Override
    public <T> T ofKeys(Layers<T> f, T x, int heads) {
      return f.splitHeads(key.apply(f, x), heads);
    }
  }
}
