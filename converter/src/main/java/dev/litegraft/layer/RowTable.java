package dev.litegraft.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table whose rows go through a norm and a linear layer before anything else is done with them.
 * What becomes of a row depends on weights alone.
 *
 * @param rows the table, [rows, width]
 * @param norm applied to each row
 * @param projection applied to each row after the norm
 */
public record RowTable(Embedding rows, Optional<LayerNorm> norm, Optional<Linear> projection) {

  /** How many numbers a row has in the end. */
  public int width() {
    return projection.map(Linear::out).orElse(rows.weight().shape().dim(1));
  }

  /**
   * {@link Layers#headRows} step by step: looked up, normalised, projected and split.
   *
   * @param f does the steps
   */
  public static <T> T headRows(EachToken<T> f, T index, List<RowTable> tables, int heads) {
    List<T> parts = new ArrayList<>();
    for (RowTable table : tables) {
      T row = f.embedding(index, table.rows);
      T normed = table.norm.map(norm -> f.layerNorm(row, norm)).orElse(row);
      parts.add(table.projection.map(to -> f.linear(normed, to)).orElse(normed));
    }
    return f.splitHeads(f.joined(parts), tables.size() * heads);
  }
}
