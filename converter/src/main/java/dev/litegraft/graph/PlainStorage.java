package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Numbers stored as they are, without scales. */
public enum PlainStorage implements Storage {
  F32;

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public long rowBytes(int rowLength) {
    return 4L * rowLength;
  }

  @Override
  public int scaleCount(Shape shape) {
    return 0;
  }

  @Override
  public void encode(float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales) {
    int count = rows * rowLength;
    out.asFloatBuffer().put(numbers, 0, count);
    out.position(out.position() + 4 * count);
  }
}
