package dev.litegraft.architecture;

import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;

/** The part of a layer that looks at other tokens. */
interface Attention {
  /** x: [b, t, d] to [b, q, d]. */
  <T> T apply(Layers<T> f, T x, Queries<T> queries);
}
