package dev.litegraft.layer;

import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;

/**
 * Layers that emit TFLite operators, arranged for the runtime that runs them (XNNPACK), for one
 * text or for several of one length.
 *
 * <p>What the measurements decided: rotary positions on two halves, grouped-query attention as one
 * batched product a key/value head, masks and angles made once, everything that XNNPACK leaves to
 * other kernels (look-ups, casts, running sums) at the front, and no reshape with two unknown
 * dimensions, so that the sequence axis can be dynamic.
 */
public final class EdgeLayers extends PartedLayers<Value> {
  /**
   * @param graph receives the operators
   * @param layout the choices that a conversion leaves open
   */
  public EdgeLayers(GraphBuilder graph, EdgeLayout layout) {
    this(graph, layout, new EdgeRotary(graph, layout));
  }

  private EdgeLayers(GraphBuilder graph, EdgeLayout layout, EdgeRotary rotary) {
    this(graph, layout, rotary, new EdgeEachToken(graph, layout, rotary));
  }

  private EdgeLayers(GraphBuilder graph, EdgeLayout layout, EdgeRotary rotary, EdgeEachToken each) {
    this(graph, layout, each, new EdgeAcrossTokens(graph, layout, each, rotary));
  }

  private EdgeLayers(
      GraphBuilder graph, EdgeLayout layout, EdgeEachToken each, EdgeAcrossTokens across) {
    super(each, across, new EdgeDistances(graph, layout, across));
  }
}
