package dev.litegraft.tflite;

import dev.litegraft.graph.Storage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The buffers of a file: one for each different constant, whichever subgraphs read it. Small plain
 * ones are read here and stand in the small part; the others are only listed.
 */
final class Constants {
  /** Plain constants up to this size stand in the small part and are compared by their bytes. */
  private static final int INLINE_BYTES = 1024;

  /**
   * A buffer of the file.
   *
   * @param index its number; 0 is the empty buffer
   * @param inline its bytes, if they stand in the small part
   * @param value the constant, if its bytes are streamed
   */
  record Buffer(int index, Optional<byte[]> inline, Optional<Value> value) {
    /** Scales of the constant; 0 for plain numbers. */
    int scales() {
      return value.map(v -> v.storage().scaleCount(v.shape())).orElse(0);
    }
  }

  private record Source(TensorData data, Storage storage) {}

  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<Source, Buffer> bySource = new HashMap<>();
  private final Map<ByteBuffer, Buffer> byBytes = new HashMap<>();

  /** The buffer of a constant. */
  Buffer of(Value constant) throws IOException {
    Source source = new Source(constant.data(), constant.storage());
    Buffer known = bySource.get(source);
    if (known == null) {
      known = isSmall(constant) ? of(encoded(constant)) : add(Optional.empty(), constant);
      bySource.put(source, known);
    }
    return known;
  }

  /** The buffer of these whole numbers. */
  Buffer of(List<Integer> numbers) {
    byte[] bytes = new byte[numbers.size() * Integer.BYTES];
    numbers.forEach(littleEndian(bytes)::putInt);
    return of(bytes);
  }

  /** A buffer with these bytes. */
  Buffer of(byte[] bytes) {
    ByteBuffer key = ByteBuffer.wrap(bytes);
    Buffer known = byBytes.get(key);
    if (known == null) {
      known = new Buffer(buffers.size() + 1, Optional.of(bytes), Optional.empty());
      buffers.add(known);
      byBytes.put(key, known);
    }
    return known;
  }

  /** Every buffer but the empty one, by index. */
  List<Buffer> buffers() {
    return buffers;
  }

  private Buffer add(Optional<byte[]> inline, Value value) {
    Buffer buffer = new Buffer(buffers.size() + 1, inline, Optional.of(value));
    buffers.add(buffer);
    return buffer;
  }

  private static boolean isSmall(Value constant) {
    return constant.storage().scaleCount(constant.shape()) == 0
        && Weight.bytes(constant) <= INLINE_BYTES;
  }

  private static byte[] encoded(Value constant) throws IOException {
    Weight weight = Weight.of(constant, 0, false, -1);
    int count = Math.toIntExact(constant.shape().elements());
    float[] numbers = new float[count];
    constant.data().read(0, numbers, 0, count);
    NonFinite.check(numbers, count, 0, constant);
    byte[] bytes = new byte[Math.toIntExact(weight.bytes())];
    constant
        .storage()
        .prepare(constant.data())
        .encode(
            0,
            numbers,
            (int) weight.rows(),
            weight.rowLength(),
            littleEndian(bytes),
            FloatBuffer.allocate(0));
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
