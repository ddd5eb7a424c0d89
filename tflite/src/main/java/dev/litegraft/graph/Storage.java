package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;

/**
 * How the numbers of a constant become bytes. Equal storages give equal bytes for equal numbers.
 *
 * <p>Implementations have no state: what one of them has to know of a whole matrix is in the {@link
 * RowEncoder} that it prepares.
 */
public interface Storage {
  /** The dtype of the tensor in the file. */
  DType dtype();

  /** Bytes of a row of {@code rowLength} numbers; rows are not padded. */
  long rowBytes(int rowLength);

  /**
   * Scales that are found while a tensor of this shape is written: none for plain numbers and where
   * scales are a tensor of their own, one, or one a row.
   */
  int scaleCount(Shape shape);

  /** Whether every number is encoded on its own, so that rows may be cut anywhere. */
  default boolean isByNumber() {
    return false;
  }

  /**
   * What encodes the rows of these numbers. Called once a constant, before any of its rows is
   * encoded; a storage that has to see all of them reads them here.
   *
   * @throws IOException if they cannot be read
   */
  RowEncoder prepare(TensorData numbers) throws IOException;
}
