package dev.litegraft.quantize;

import dev.litegraft.graph.Graph;

/**
 * A step of a recipe: one graph becomes another that computes the same in another form. The graph
 * is verified after every pass.
 */
public interface Pass {
  /** For messages: {@code matrices in int8}. */
  String name();

  /** The changed graph. Equal graphs give equal ones. */
  Graph apply(Graph graph);
}
