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
final class ProjectedRows implements TensorData {
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
  ProjectedRows(String name, List<Part> parts, int heads, int width) {
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
    float[] even = new float[count];
    float[] odd = new float[count];
    for (int j = 0; j < width; j += 2) {
      int next = Math.min(j + 1, width - 1); // an odd width ends with one column twice
      Arrays.fill(even, 0);
      Arrays.fill(odd, 0);
      addProducts(even, odd, weights, j * to.in(), next * to.in(), to.in(), source, first);
      System.arraycopy(even, 0, out, j * count, count);
      System.arraycopy(odd, 0, out, next * count, count);
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

  /**
   * Two columns and four inputs at once: each number of the source is then loaded half as often,
   * and each of the sums a fourth.
   */
  private void addProducts(
      float[] even,
      float[] odd,
      float[] weights,
      int evenWeight,
      int oddWeight,
      int in,
      float[] source,
      int first) {
    int k = 0;
    for (; k + 3 < in; k += 4) {
      int from = k * rows + first;
      addFour(even, odd, weights, evenWeight + k, oddWeight + k, source, from, rows);
    }
    for (; k < in; k++) {
      float w = weights[evenWeight + k];
      float v = weights[oddWeight + k];
      for (int i = 0; i < even.length; i++) {
        even[i] += w * source[k * rows + first + i];
        odd[i] += v * source[k * rows + first + i];
      }
    }
  }

  private static void addFour(
      float[] even, float[] odd, float[] w, int p, int q, float[] x, int from, int step) {
    float a = w[p];
    float b = w[p + 1];
    float c = w[p + 2];
    float d = w[p + 3];
    float e = w[q];
    float f = w[q + 1];
    float g = w[q + 2];
    float h = w[q + 3];
    for (int i = 0; i < even.length; i++) {
      float x0 = x[from + i];
      float x1 = x[from + step + i];
      float x2 = x[from + 2 * step + i];
      float x3 = x[from + 3 * step + i];
      even[i] += a * x0 + b * x1 + c * x2 + d * x3;
      odd[i] += e * x0 + f * x1 + g * x2 + h * x3;
    }
  }
}
