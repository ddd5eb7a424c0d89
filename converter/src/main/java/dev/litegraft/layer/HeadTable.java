package dev.litegraft.layer;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The rows of tables after their projections, head after head: [tables · heads · rows, e], computed
 * for the rows that are read.
 *
 * <p>Every number is the same whichever slice it is read in.
 */
final class HeadTable implements TensorData {
  /** One table: its rows before the projection, turned. */
  record Part(TurnedRows rows, Optional<Linear> projection) {}

  private final String name;
  private final List<Part> parts;
  private final int heads;
  private final int rows;
  private final int width;

  /**
   * @param parts of the same number of rows and the same width
   * @param width of a head, e
   */
  HeadTable(String name, List<Part> parts, int heads, int width) {
    this.name = name;
    this.parts = List.copyOf(parts);
    this.heads = heads;
    this.rows = parts.get(0).rows().count();
    this.width = width;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return Shape.of(parts.size() * heads * rows, width);
  }

  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public void read(long from, float[] out, int at, int count) throws IOException {
    long headSize = (long) rows * width;
    for (int done = 0; done < count; ) {
      int head = (int) ((from + done) / headSize);
      long within = (from + done) % headSize;
      int n = (int) Math.min(count - done, headSize - within);
      int first = (int) (within / width);
      int end = (int) ((within + n + width - 1) / width);
      float[] turned = columns(parts.get(head / heads), head % heads, first, end - first);
      for (int i = 0; i < n; i++) {
        long place = within + i - (long) first * width;
        int row = (int) (place / width);
        int column = (int) (place % width);
        out[at + done + i] = turned[column * (end - first) + row];
      }
      done += n;
    }
  }

  /** Rows {@code first} to {@code first + count − 1} of one head, turned: [e, count]. */
  private float[] columns(Part part, int head, int first, int count) throws IOException {
    float[] source = part.rows().numbers();
    float[] out = new float[width * count];
    int outer = head * width;
    if (part.projection().isEmpty()) {
      for (int j = 0; j < width; j++) {
        System.arraycopy(source, (outer + j) * rows + first, out, j * count, count);
      }
      return out;
    }
    Linear to = part.projection().get();
    float[] weights = new float[width * to.in()];
    to.weight().read((long) outer * to.in(), weights, 0, weights.length);
    float[] sum = new float[count];
    for (int j = 0; j < width; j++) {
      Arrays.fill(sum, 0);
      addProducts(sum, weights, j * to.in(), to.in(), source, first);
      System.arraycopy(sum, 0, out, j * count, count);
    }
    if (to.bias().isPresent()) {
      float[] bias = new float[width];
      to.bias().get().read(outer, bias, 0, width);
      for (int i = 0; i < out.length; i++) {
        out[i] += bias[i / count];
      }
    }
    return out;
  }

  /** Eight inputs at once: each number of the sum is then loaded and stored an eighth as often. */
  private void addProducts(
      float[] sum, float[] weights, int weight, int in, float[] source, int first) {
    int k = 0;
    for (; k + 7 < in; k += 8) {
      addEight(sum, weights, weight + k, source, k * rows + first, rows);
    }
    for (; k < in; k++) {
      float w = weights[weight + k];
      for (int i = 0; i < sum.length; i++) {
        sum[i] += w * source[k * rows + first + i];
      }
    }
  }

  private static void addEight(float[] sum, float[] w, int at, float[] x, int from, int step) {
    float a = w[at];
    float b = w[at + 1];
    float c = w[at + 2];
    float d = w[at + 3];
    float e = w[at + 4];
    float f = w[at + 5];
    float g = w[at + 6];
    float h = w[at + 7];
    for (int i = 0; i < sum.length; i++) {
      int j = from + i;
      sum[i] +=
          a * x[j]
              + b * x[j + step]
              + c * x[j + 2 * step]
              + d * x[j + 3 * step]
              + e * x[j + 4 * step]
              + f * x[j + 5 * step]
              + g * x[j + 6 * step]
              + h * x[j + 7 * step];
    }
  }
}
