package dev.litegraft.runtime;

import dev.litegraft.tensor.DType;
import java.util.Arrays;
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

  /** How many texts it takes at once: 1 where the first dimension is unknown. */
  int rows() {
    return shape.size() == 2 ? Math.max(1, shape.get(0)) : 1;
  }

  /** The numbers of one text, for each of its rows. */
  int[] inEachRow(int[] numbers) {
    if (rows() == 1) {
      return numbers;
    }
    int[] repeated = Arrays.copyOf(numbers, rows() * numbers.length);
    for (int at = numbers.length; at < repeated.length; at += numbers.length) {
      System.arraycopy(numbers, 0, repeated, at, numbers.length);
    }
    return repeated;
  }

  @Override
  public String toString() {
    return name + " " + dtype.map(Enum::name).orElse("unknown type") + shape;
  }
}
