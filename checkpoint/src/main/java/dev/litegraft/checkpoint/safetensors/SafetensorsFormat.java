package dev.litegraft.checkpoint.safetensors;

import dev.litegraft.tensor.DType;
import java.util.Locale;
import java.util.Optional;

/**
 * The safetensors format, byte by byte. All numbers are little-endian.
 *
 * <pre>
 * byte 0        u64   N, the length of the header; at most {@link #MAX_HEADER_BYTES}
 * byte 8        N     the header: one JSON object in UTF-8, which begins with '{' and may end in spaces
 * byte 8 + N    ...   the data: every tensor's numbers, row-major, without gaps
 * </pre>
 *
 * <p>The header maps each tensor's name to an object of three members, in any order:
 *
 * <pre>
 * "dtype"         F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL ({@link #dtype}); others exist and are refused
 * "shape"         an array of whole numbers from 0 on; [] is a scalar
 * "data_offsets"  [begin, end): bytes from the beginning of the data
 * </pre>
 *
 * <p>The name {@code __metadata__} is not a tensor: its object maps strings to strings.
 *
 * <p>What a reader checks, because a file comes from anywhere:
 *
 * <ul>
 *   <li>N is not larger than the file less 8 bytes, nor than the cap;
 *   <li>no name stands twice;
 *   <li>0 ≤ begin ≤ end ≤ length of the data, and end − begin = elements of the shape × bytes of
 *       the dtype, without overflow;
 *   <li>tensors in the order of their offsets cover the data exactly: no overlap, no hole, no bytes
 *       after the last one.
 * </ul>
 *
 * <p>Data need not be aligned: old writers did not pad the header.
 *
 * <p>Source: https://github.com/huggingface/safetensors, {@code safetensors/src/tensor.rs}.
 */
public final class SafetensorsFormat {
  /** Bytes of the length field. */
  public static final int LENGTH_BYTES = 8;

  /** The longest header that the format allows. */
  public static final long MAX_HEADER_BYTES = 100_000_000;

  /** More tensors than any model's file holds; keeps a hostile header from filling the memory. */
  public static final int MAX_TENSORS = 200_000;

  /** The header's member that is not a tensor. */
  public static final String METADATA = "__metadata__";

  private SafetensorsFormat() {}

  /** The dtype that a header calls {@code name}; empty if it is unknown or not supported. */
  public static Optional<DType> dtype(String name) {
    return switch (name) {
      case "F64" -> Optional.of(DType.F64);
      case "F32" -> Optional.of(DType.F32);
      case "F16" -> Optional.of(DType.F16);
      case "BF16" -> Optional.of(DType.BF16);
      case "I64" -> Optional.of(DType.I64);
      case "I32" -> Optional.of(DType.I32);
      case "I16" -> Optional.of(DType.I16);
      case "I8" -> Optional.of(DType.I8);
      case "U8" -> Optional.of(DType.U8);
      case "BOOL" -> Optional.of(DType.BOOL);
      default -> Optional.empty();
    };
  }

  /** Whether the name is one of quantized or unusual numbers that the format has and we refuse. */
  static boolean isRefusedDtype(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("F8")
        || upper.startsWith("F4")
        || upper.startsWith("F6")
        || upper.equals("U16")
        || upper.equals("U32")
        || upper.equals("U64")
        || upper.equals("C64");
  }
}
