package dev.litegraft.benchmarks.onnx;

import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A checkpoint's tensors as floats, by the names that they have below a prefix.
 *
 * @param tensors by their whole names
 * @param prefix of the model's own, {@code bert.}; its head's have none
 */
public record Numbers(Map<String, RawTensorData> tensors, String prefix) {
  /** A row-major tensor. */
  public record Tensor(int[] shape, float[] numbers) {
    /** A matrix with rows and columns exchanged. */
    public Tensor transposed() {
      int rows = shape[0];
      int columns = shape[1];
      float[] turned = new float[numbers.length];
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          turned[c * rows + r] = numbers[r * columns + c];
        }
      }
      return new Tensor(new int[] {columns, rows}, turned);
    }
  }

  /** Whether there is such a tensor, of the model or its head. */
  public boolean has(String name) {
    return tensors.containsKey(prefix + name) || tensors.containsKey(name);
  }

  /**
   * Reads a tensor.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor of(String name) throws IOException {
    RawTensorData own = tensors.get(prefix + name);
    RawTensorData data = own != null ? own : tensors.get(name);
    if (data == null) {
      throw new IllegalArgumentException(name + " is not among " + tensors.keySet());
    }
    Shape shape = data.shape();
    float[] numbers = new float[Math.toIntExact(shape.elements())];
    data.read(0, numbers, 0, numbers.length);
    return new Tensor(IntStream.range(0, shape.rank()).map(shape::dim).toArray(), numbers);
  }

  /** Tensors one below the other. */
  public Tensor joined(String... names) throws IOException {
    int rows = 0;
    float[] all = new float[0];
    int[] shape = new int[0];
    for (String name : names) {
      Tensor next = of(name);
      rows += next.shape()[0];
      int at = all.length;
      all = Arrays.copyOf(all, at + next.numbers().length);
      System.arraycopy(next.numbers(), 0, all, at, next.numbers().length);
      shape = next.shape().clone();
    }
    shape[0] = rows;
    return new Tensor(shape, all);
  }
}
