package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ForwardingLayers;
import dev.litegraft.lab.reference.Int8Layers;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;

/**
 * Layers that compute as another tool's int8 file does, over weights that are the file's own: what
 * goes into a linear layer is rounded as it is there, before the norm that the tool folded into the
 * weights.
 */
public final class FoldedInt8Layers extends ForwardingLayers {
  private final WeightsInFile weights;

  /** Layers over these. */
  public FoldedInt8Layers(Layers<Array> to, WeightsInFile weights) {
    super(to);
    this.weights = weights;
  }

  @Override
  public Array linear(Array x, Linear w) {
    float[] columns = weights.columns(w.name());
    if (columns == null) {
      return super.linear(x, w);
    }
    if (columns.length != x.shape().last()) {
      return super.linear(Int8Layers.rounded(x), w);
    }
    Array plain = scaled(x, columns, true);
    return super.linear(scaled(Int8Layers.rounded(plain), columns, false), w);
  }

  private static Array scaled(Array x, float[] columns, boolean divided) {
    float[] numbers = x.numbers().clone();
    for (int i = 0; i < numbers.length; i++) {
      float column = columns[i % columns.length];
      numbers[i] = divided ? numbers[i] / column : numbers[i] * column;
    }
    return Array.of(x.shape(), numbers);
  }
}
