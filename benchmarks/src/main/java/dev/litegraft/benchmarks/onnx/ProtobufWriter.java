package dev.litegraft.benchmarks.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A protobuf message that is being written, field by field.
 *
 * <p>Source: protobuf's encoding, wire types 0, 2 and 5.
 */
final class ProtobufWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private void varint(long number) {
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  ProtobufWriter whole(int field, long number) {
    tag(field, 0);
    varint(number);
    return this;
  }

  ProtobufWriter number(int field, float number) {
    tag(field, 5);
    byte[] four =
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(number).array();
    out.writeBytes(four);
    return this;
  }

  ProtobufWriter bytes(int field, byte[] bytes) {
    lengthOf(field, bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  ProtobufWriter text(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufWriter message(int field, ProtobufWriter message) {
    return bytes(field, message.toBytes());
  }

  /** What stands before a field of so many bytes, which somebody else writes. */
  ProtobufWriter lengthOf(int field, long bytes) {
    tag(field, 2);
    varint(bytes);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
