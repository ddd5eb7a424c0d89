package dev.litegraft.runtime;

import dev.litegraft.tensor.DType;
import java.util.List;
import java.util.Optional;

/**
 * An input or output as the file declares it.
 *
 * @param name its name in the signature
 * @param dtype absent for types that no text model has (strings, complex numbers)
 * @param shape -1 where a dimension is unknown
 */
record TensorSpec(String name, Optional<DType> dtype, List<Integer> shape) {
  TensorSpec {
    shape = List.copyOf(shape);
  }

  /** The type of LiteRT's number for it ({@code TfLiteType}). */
  static Optional<DType> dtype(int tfLiteType) {
    return switch (tfLiteType) {
      case 1 -> Optional.of(DType.F32);
      case 2 -> Optional.of(DType.I32);
      case 3 -> Optional.of(DType.U8);
      case 4 -> Optional.of(DType.I64);
      case 6 -> Optional.of(DType.BOOL);
      case 7 -> Optional.of(DType.I16);
      case 9 -> Optional.of(DType.I8);
      case 10 -> Optional.of(DType.F16);
      case 11 -> Optional.of(DType.F64);
      default -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return name + " " + dtype.map(Enum::name).orElse("unknown type") + shape;
  }
}
