package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * int8 within ±127: {@code scale = max(|w|, 1e-4) / 127}, {@code q = round(w / scale)}, halves to
 * even. Bit for bit what the ecosystem's quantizer makes.
 */
public final class SymmetricInt8 implements Storage, RowEncoder {
  /** One scale a row (output channel). */
  public static final SymmetricInt8 PER_CHANNEL = new SymmetricInt8();

  /** One scale for all numbers, which are read twice. */
  public static final Storage PER_TENSOR = new PerTensor();

  static final int LARGEST = 127;

  private SymmetricInt8() {}

  @Override
  public DType dtype() {
    return DType.I8;
  }

  @Override
  public long rowBytes(int rowLength) {
    return rowLength;
  }

  @Override
  public int scaleCount(Shape shape) {
    return shape.dim(0);
  }

  @Override
  public RowEncoder prepare(TensorData numbers) {
    return this;
  }

  @Override
  public void encode(
      long firstRow, float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales) {
    byte[] line = new byte[rowLength];
    float[] scaled = new float[rowLength];
    for (int row = 0; row < rows; row++) {
      int begin = row * rowLength;
      float scale = Symmetric.bound(numbers, begin, rowLength) / LARGEST;
      Symmetric.bytes(numbers, begin, rowLength, scale, scaled, line);
      out.put(line);
      scales.put(scale);
    }
  }

  private static final class PerTensor implements Storage {
    @Override
    public DType dtype() {
      return DType.I8;
    }

    @Override
    public long rowBytes(int rowLength) {
      return rowLength;
    }

    @Override
    public int scaleCount(Shape shape) {
      return 1;
    }

    @Override
    public RowEncoder prepare(TensorData all) throws IOException {
      float scale = Symmetric.bound(all) / LARGEST;
      return (firstRow, numbers, rows, rowLength, out, scales) -> {
        byte[] line = new byte[rowLength];
        float[] scaled = new float[rowLength];
        for (int row = 0; row < rows; row++) {
          Symmetric.bytes(numbers, row * rowLength, rowLength, scale, scaled, line);
          out.put(line);
        }
        scales.put(0, scale);
      };
    }
  }
}
