package dev.litegraft.graph;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Float16;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Numbers as they are, without scales. */
public enum PlainStorage implements Storage, RowEncoder {
  /** Four bytes a number, bit for bit. */
  F32(DType.F32) {
    @Override
    void encode(float[] numbers, int count, ByteBuffer out) {
      // A bulk transfer: one call of memcpy for a little-endian machine.
      out.asFloatBuffer().put(numbers, 0, count);
      out.position(out.position() + count * Float.BYTES);
    }
  },

  /** Half precision, to the nearest, halves to even. */
  F16(DType.F16) {
    @Override
    void encode(float[] numbers, int count, ByteBuffer out) {
      for (int i = 0; i < count; i++) {
        if (Math.abs(numbers[i]) > Float16.MAX) {
          throw new InvalidInputException(
              "a weight is " + numbers[i] + ", and f16 holds numbers up to " + Float16.MAX,
              "number " + i + " of a block of rows",
              "convert with --recipe f32 or int8");
        }
      }
      Float16.encode(numbers, 0, count, out);
    }
  },

  /** Whole numbers: ids, positions, shapes. */
  I32(DType.I32) {
    @Override
    void encode(float[] numbers, int count, ByteBuffer out) {
      for (int i = 0; i < count; i++) {
        int whole = (int) numbers[i];
        if (whole != numbers[i]) {
          throw new IllegalArgumentException(
              numbers[i] + " is not a whole number of 32 bits (number " + i + " of the block)");
        }
        out.putInt(whole);
      }
    }
  };

  private final DType dtype;

  PlainStorage(DType dtype) {
    this.dtype = dtype;
  }

  abstract void encode(float[] numbers, int count, ByteBuffer out);

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public long rowBytes(int rowLength) {
    return dtype.bytes(rowLength);
  }

  @Override
  public int scaleCount(Shape shape) {
    return 0;
  }

  @Override
  public boolean isByNumber() {
    return true;
  }

  @Override
  public RowEncoder prepare(TensorData numbers) {
    return this;
  }

  @Override
  public void encode(
      long firstRow, float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales) {
    encode(numbers, Math.multiplyExact(rows, rowLength), out);
  }
}
