package dev.litegraft.lab.reference;

import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.PartedLayers;
import java.util.List;

/** Passes every call on: the base of layers that are wired differently in one place. */
public abstract class ForwardingLayers extends PartedLayers<Array> {
  /** Layers that pass on to these. */
  protected ForwardingLayers(Layers<Array> to) {
    super(to, to, to);
  }

  /** One by one, so that a change of {@link #linear} sees each of them. */
  @Override
  public List<Array> linears(Array x, List<Linear> weights) {
    return weights.stream().map(w -> linear(x, w)).toList();
  }
}
