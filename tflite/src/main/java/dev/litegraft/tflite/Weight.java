package dev.litegraft.tflite;

import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.util.Optional;

/**
 * A constant that is streamed to its place.
 *
 * @param value the constant
 * @param rows indices of dimension 0
 * @param rowLength numbers of a row
 * @param position of its first byte in the file; a multiple of 16
 * @param prefixed whether its length stands in the four bytes before
 * @param scales where its scales go in the small part; -1 if it has none
 * @param bytes how many there are
 */
record Weight(
    Value value,
    long rows,
    int rowLength,
    long position,
    boolean prefixed,
    int scales,
    long bytes) {
  static Weight of(Value value, long position, boolean prefixed, int scales) {
    Shape shape = value.shape();
    // Where numbers are encoded one by one, every number is a row of its own.
    boolean plain = value.storage().isByNumber() || shape.rank() == 0;
    long rows = plain ? shape.elements() : shape.dim(0);
    int rowLength = plain || rows == 0 ? 1 : Math.toIntExact(shape.elements() / rows);
    return new Weight(value, rows, rowLength, position, prefixed, scales, bytes(value));
  }

  /** Bytes that a constant takes. */
  static long bytes(Value value) {
    Shape shape = value.shape();
    long elements = shape.elements();
    int rows = shape.rank() == 0 ? 1 : shape.dim(0);
    return rows == 0
        ? 0
        : Math.multiplyExact(
            value.storage().rowBytes(Math.toIntExact(elements / rows)), (long) rows);
  }

  /** The source, if its bytes can be copied as they are. */
  Optional<RawTensorData> asStored() {
    return value.storage() == PlainStorage.F32
            && value.data() instanceof RawTensorData raw
            && raw.dtype() == DType.F32
        ? Optional.of(raw)
        : Optional.empty();
  }

  long rowBytes() {
    return value.storage().rowBytes(rowLength);
  }
}
