package dev.litegraft.benchmarks.onnx;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The fields of one protobuf message, one after the other: {@link #next} goes to a field, and one
 * of the readers takes what it holds.
 *
 * <p>Source: protobuf's encoding, wire types 0, 1, 2 and 5.
 */
final class Protobuf {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteBuffer in;
  private int wireType = -1;
  private boolean taken = true;

  /** The message that stands between the buffer's position and its limit. */
  Protobuf(ByteBuffer message) {
    in = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The number of the next field; 0 at the end. A field that nobody took is passed over.
   *
   * @throws IllegalArgumentException if this is no protobuf message
   */
  int next() {
    if (!taken) {
      skip();
    }
    if (!in.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    taken = false;
    return Math.toIntExact(tag >>> 3);
  }

  /** A whole number. */
  long whole() {
    require(VARINT);
    return varint();
  }

  /** A message, text or packed list, not copied. */
  ByteBuffer bytes() {
    require(LENGTH);
    return part();
  }

  /** A message within this one. */
  Protobuf message() {
    return new Protobuf(bytes());
  }

  String text() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** Whether the field holds bytes: a list may be packed or not. */
  boolean isPacked() {
    return wireType == LENGTH;
  }

  private void require(int expected) {
    if (wireType != expected || taken) {
      throw new IllegalArgumentException("a field of wire type " + wireType + ", not " + expected);
    }
    taken = true;
  }

  private void skip() {
    taken = true;
    switch (wireType) {
      case VARINT -> varint();
      case EIGHT_BYTES -> in.position(in.position() + Long.BYTES);
      case LENGTH -> part();
      case FOUR_BYTES -> in.position(in.position() + Integer.BYTES);
      default -> throw new IllegalArgumentException("a field of wire type " + wireType);
    }
  }

  private ByteBuffer part() {
    int length = Math.toIntExact(varint());
    ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return part;
  }

  private long varint() {
    long number = 0;
    try {
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        byte next = in.get();
        number |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return number;
        }
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a number ends with the message", e);
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }
}
