package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.ForwardingLayers;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers that pass on what a file has in their place, and tell what they were given: what
 * follows of the file's own values, one module at a time, so that nothing that the file rounds adds
 * up.
 */
public final class PassedOnLayers extends ForwardingLayers {
  /** A file's values. */
  @FunctionalInterface
  public interface Values {
    /**
     * What the file has behind a layer.
     *
     * @param module its path; of one that works several times the second is {@code name_2}
     * @return [t, width] of all tokens, or several such; null where the file has none
     */
    float @Nullable [] of(Linear layer, String module, TokenRow row);
  }

  private final List<TokenRow> rows;
  private final Values values;
  private final ModuleValues.Listener listener;
  private final Map<String, Integer> times = new HashMap<>();

  /**
   * @param rows in the order in which they are packed
   * @param listener told of what each layer is given
   */
  PassedOnLayers(
      Layers<Array> to, List<TokenRow> rows, Values values, ModuleValues.Listener listener) {
    super(to);
    this.rows = rows;
    this.values = values;
    this.listener = listener;
  }

  @Override
  public Array linear(Array x, Linear w) {
    int tokens = rows.stream().mapToInt(TokenRow::length).sum();
    if (x.shape().rank() != 3 || x.dim(1) != tokens) {
      return super.linear(x, w);
    }
    int count = times.merge(w.name(), 1, Integer::sum);
    String module = count == 1 ? w.name() : w.name() + "_" + count;
    if (!listener.heard(module, ModuleValues.byRow(x, rows))) {
      throw new ModuleValues.Enough();
    }
    float[] passed = new float[tokens * w.out()];
    int at = 0;
    for (TokenRow row : rows) {
      float[] theirs = values.of(w, module, row);
      int length = row.length() * w.out();
      if (theirs == null || theirs.length < length) {
        return super.linear(x, w);
      }
      System.arraycopy(theirs, 0, passed, at, length);
      at += length;
    }
    return Array.of(Shape.of(x.dim(0), tokens, w.out()), passed);
  }
}
