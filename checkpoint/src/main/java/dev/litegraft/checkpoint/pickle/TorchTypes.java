package dev.litegraft.checkpoint.pickle;

import dev.litegraft.tensor.DType;
import java.util.Map;
import java.util.Optional;

/**
 * The numbers that torch has, by its names, and the classes that it once had for their storages.
 */
final class TorchTypes {
  /** What a storage is made of that does not say it. */
  static final String BYTES = "uint8";

  private static final Map<String, DType> READ =
      Map.of(
          "float64", DType.F64,
          "float32", DType.F32,
          "float16", DType.F16,
          "bfloat16", DType.BF16,
          "int64", DType.I64,
          "int32", DType.I32,
          "int16", DType.I16,
          "int8", DType.I8,
          "uint8", DType.U8,
          "bool", DType.BOOL);

  /** Bytes of a number of the types that are known by name, and refused. */
  private static final Map<String, Integer> REFUSED =
      Map.ofEntries(
          Map.entry("uint16", 2),
          Map.entry("uint32", 4),
          Map.entry("uint64", 8),
          Map.entry("complex32", 4),
          Map.entry("complex64", 8),
          Map.entry("complex128", 16),
          Map.entry("float8_e4m3fn", 1),
          Map.entry("float8_e4m3fnuz", 1),
          Map.entry("float8_e5m2", 1),
          Map.entry("float8_e5m2fnuz", 1),
          Map.entry("float8_e8m0fnu", 1),
          Map.entry("float4_e2m1fn_x2", 1),
          Map.entry("qint8", 1),
          Map.entry("quint8", 1),
          Map.entry("qint32", 4),
          Map.entry("quint4x2", 1),
          Map.entry("quint2x4", 1));

  private static final Map<String, String> STORAGES =
      Map.ofEntries(
          Map.entry("DoubleStorage", "float64"),
          Map.entry("FloatStorage", "float32"),
          Map.entry("HalfStorage", "float16"),
          Map.entry("BFloat16Storage", "bfloat16"),
          Map.entry("LongStorage", "int64"),
          Map.entry("IntStorage", "int32"),
          Map.entry("ShortStorage", "int16"),
          Map.entry("CharStorage", "int8"),
          Map.entry("ByteStorage", "uint8"),
          Map.entry("BoolStorage", "bool"),
          Map.entry("UntypedStorage", BYTES),
          Map.entry("ComplexFloatStorage", "complex64"),
          Map.entry("ComplexDoubleStorage", "complex128"),
          Map.entry("QInt8Storage", "qint8"),
          Map.entry("QUInt8Storage", "quint8"),
          Map.entry("QInt32Storage", "qint32"),
          Map.entry("QUInt4x2Storage", "quint4x2"),
          Map.entry("QUInt2x4Storage", "quint2x4"));

  private TorchTypes() {}

  /** The type of these numbers; absent where they cannot be read. */
  static Optional<DType> read(String dtype) {
    return Optional.ofNullable(READ.get(dtype));
  }

  /** Bytes of one number. */
  static int width(String dtype) {
    DType known = READ.get(dtype);
    return known == null ? REFUSED.getOrDefault(dtype, 1) : known.bits() / Byte.SIZE;
  }

  /** The numbers of a class of storages. */
  static Optional<String> ofStorage(PickleName type) {
    boolean torchs =
        type.module().equals("torch")
            || type.module().equals("torch.cuda")
            || type.module().equals("torch.storage");
    return torchs ? Optional.ofNullable(STORAGES.get(type.name())) : Optional.empty();
  }

  /** The numbers that a name means: {@code torch.float32}. */
  static Optional<String> named(PickleName type) {
    boolean isType = READ.containsKey(type.name()) || REFUSED.containsKey(type.name());
    return type.module().equals("torch") && isType ? Optional.of(type.name()) : Optional.empty();
  }
}
