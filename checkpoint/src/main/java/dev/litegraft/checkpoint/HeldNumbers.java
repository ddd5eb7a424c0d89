package dev.litegraft.checkpoint;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A small tensor of f32 that is in memory, and was not stored as one. */
final class HeldNumbers implements RawTensorData {
  private final String name;
  private final float[] numbers;
  private final Shape shape;

  HeldNumbers(String name, float[] numbers, int... dims) {
    this.name = name;
    this.numbers = numbers.clone();
    this.shape = Shape.of(dims);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public void read(long from, float[] out, int at, int count) {
    System.arraycopy(numbers, Math.toIntExact(from), out, at, count);
  }

  @Override
  public void readBytes(long from, ByteBuffer out) {
    ByteBuffer all = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    all.asFloatBuffer().put(numbers);
    out.put(all.array(), Math.toIntExact(from), out.remaining());
  }

  @Override
  public String toString() {
    return name + " " + shape;
  }
}
