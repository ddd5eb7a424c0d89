package dev.litegraft.tflite;

import dev.litegraft.tensor.DType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The types that a tensor of a {@code .tflite} can have, each with its code in the file.
 *
 * <p>Source: {@code enum TensorType} of TFLite's {@code schema.fbs}.
 */
public enum TensorType {
  FLOAT32(0, DType.F32, 32),
  FLOAT16(1, DType.F16, 16),
  INT32(2, DType.I32, 32),
  UINT8(3, DType.U8, 8),
  INT64(4, DType.I64, 64),
  STRING(5, null, 0),
  BOOL(6, DType.BOOL, 8),
  INT16(7, DType.I16, 16),
  COMPLEX64(8, null, 64),
  INT8(9, DType.I8, 8),
  FLOAT64(10, DType.F64, 64),
  COMPLEX128(11, null, 128),
  UINT64(12, null, 64),
  RESOURCE(13, null, 0),
  VARIANT(14, null, 0),
  UINT32(15, null, 32),
  UINT16(16, null, 16),
  INT4(17, DType.I4, 4),
  BFLOAT16(18, DType.BF16, 16),
  INT2(19, null, 2),
  UINT4(20, null, 4),
  FLOAT8_E4M3FN(21, null, 8),
  FLOAT8_E5M2(22, null, 8);

  private static final TensorType[] ALL = values();

  private final byte code;
  private final @Nullable DType dtype;
  private final int bits;

  TensorType(int code, @Nullable DType dtype, int bits) {
    this.code = (byte) code;
    this.dtype = dtype;
    this.bits = bits;
  }

  /** The type in the file of a value of this dtype. */
  public static TensorType of(DType dtype) {
    for (TensorType type : ALL) {
      if (type.dtype == dtype) {
        return type;
      }
    }
    throw new IllegalArgumentException(dtype + " has no type in TFLite");
  }

  /** The type with this code, if it is known. */
  public static Optional<TensorType> of(int code) {
    for (TensorType type : ALL) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The number that stands for this type in the file. */
  public byte code() {
    return code;
  }

  /** The dtype of Litegraft, where it has one. */
  public Optional<DType> dtype() {
    return Optional.ofNullable(dtype);
  }

  /** Bits of one number; 0 where numbers have no fixed size. */
  public int bits() {
    return bits;
  }
}
