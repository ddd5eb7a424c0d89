package dev.litegraft.quantize;

import dev.litegraft.graph.Storage;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import java.util.function.UnaryOperator;

/** A form in which a matrix is stored and read. */
interface MatrixForm {
  /** int8 with a scale a row, which the kernels read as it is. */
  MatrixForm INT8 = as(SymmetricInt8.PER_CHANNEL);

  /**
   * The stored constant.
   *
   * @param matrix in f32
   * @param names a free name that begins with another, for what the form adds
   */
  Value stored(Value matrix, UnaryOperator<String> names);

  /** Whether readers read it through a DEQUANTIZE. */
  default boolean isDequantized() {
    return false;
  }

  /** Stored in this way, and read as it is. */
  static MatrixForm as(Storage storage) {
    return (matrix, names) -> Value.constant(matrix.name(), matrix.data(), storage);
  }
}
