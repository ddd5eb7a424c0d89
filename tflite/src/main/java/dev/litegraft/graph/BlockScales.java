package dev.litegraft.graph;

import dev.litegraft.tensor.BFloat16;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Float16;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;

/**
 * The scales of a matrix that {@link BlockInt4} stores: [rows, columns / size], {@code max(|w|,
 * 1e-4) / 7} of each block, rounded to what both bf16 and f16 hold. Files have them in f16, and the
 * fast kernels make bf16 of them.
 *
 * @param source the matrix, [rows, columns]
 * @param size numbers of a block, of which a row has a whole number
 */
public record BlockScales(TensorData source, int size) implements TensorData {
  /** Scales that are made at once. */
  private static final int CHUNK = 1 << 12;

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Shape shape() {
    return source.shape().with(1, source.shape().dim(1) / size);
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public void read(long from, float[] out, int at, int count) throws IOException {
    float[] numbers = new float[Math.min(CHUNK, count) * size];
    for (int done = 0; done < count; done += CHUNK) {
      int n = Math.min(CHUNK, count - done);
      source.read((from + done) * size, numbers, 0, n * size);
      for (int i = 0; i < n; i++) {
        out[at + done + i] = scale(numbers, i * size, size);
      }
    }
  }

  /** The scale of one block. */
  static float scale(float[] numbers, int begin, int size) {
    float exact = Symmetric.bound(numbers, begin, size) / SymmetricInt4.LARGEST;
    // bf16 has fewer digits, f16 fewer small numbers: what is rounded to both is one of both.
    return Float16.toFloat(Float16.of(BFloat16.toFloat(BFloat16.of(exact))));
  }
}
