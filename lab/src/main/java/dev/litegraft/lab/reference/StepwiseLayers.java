package dev.litegraft.lab.reference;

import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RowTable;
import java.util.List;

/**
 * Forwarding layers that change an embedding, a linear layer or a norm: rows that depend on weights
 * alone are made of these steps, too, and change with them.
 */
public class StepwiseLayers extends ForwardingLayers {
  /** Layers over these. */
  protected StepwiseLayers(Layers<Array> to) {
    super(to);
  }

  @Override
  public Array headRows(Array index, List<RowTable> tables, int heads) {
    return RowTable.headRows(this, index, tables, heads);
  }
}
