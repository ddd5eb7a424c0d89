package dev.litegraft.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Views of tensors: cheap, lazily read, and as safe for threads as their sources. */
public final class TensorViews {
  /** 16 MB of f32. */
  private static final int MAX_HELD = 1 << 22;

  private TensorViews() {}

  /** Numbers that are in memory already: small tables and scalars. */
  public static TensorData of(String name, Shape shape, float... numbers) {
    return new Numbers(name, shape, numbers.clone());
  }

  /** {@code count} indices of dimension 0, from {@code from} on. */
  public static TensorData rows(TensorData source, int from, int count) {
    return new RowViews.RowRange(source, from, count);
  }

  /** Indices {@code order[0], order[1] …} of dimension 0. */
  public static TensorData rows(TensorData source, int[] order) {
    return new RowViews.RowOrder(source, order.clone());
  }

  /** The sources one after the other along dimension 0. */
  public static TensorData concatenated(String name, List<TensorData> sources) {
    return new RowViews.Concatenated(name, List.copyOf(sources));
  }

  /** A matrix with rows and columns exchanged. */
  public static TensorData transposed(TensorData source) {
    return new AxisViews.Transposed(source);
  }

  /** Index {@code index} of the last dimension, which goes: of [a, b, c] a [a, b]. */
  public static TensorData lastIndex(TensorData source, int index) {
    return new AxisViews.LastIndex(source, index);
  }

  /**
   * Blocks [out / groups, width / groups] along the diagonal of a matrix, and zeros beside them.
   *
   * @param source the blocks one below the other, [out, width / groups]
   * @return [out, width]
   */
  public static TensorData blockDiagonal(TensorData source, int groups, int width) {
    return new RowViews.BlockDiagonal(source, groups, width);
  }

  /** The same numbers under another name. */
  public static TensorData named(String name, TensorData source) {
    return new RowViews.Concatenated(name, List.of(source));
  }

  /** The same numbers in another shape of as many. */
  public static TensorData reshaped(TensorData source, Shape shape) {
    return new AxisViews.Reshaped(source, shape);
  }

  /** {@code source · factor}. */
  public static TensorData times(TensorData source, float factor) {
    return new ScaledViews.Times(source, factor);
  }

  /**
   * Each number times a factor: of [a, b] number [i, j] times {@code factors[j]}, of [b] number
   * [j].
   */
  public static TensorData timesColumns(TensorData source, float... factors) {
    return new ScaledViews.TimesEach(source, factors.clone(), 1);
  }

  /** Of [a, b] number [i, j] times {@code factors[i]}, of [a] number [i]. */
  public static TensorData timesRows(TensorData source, float... factors) {
    return new ScaledViews.TimesEach(
        source, factors.clone(), Math.toIntExact(source.shape().elements() / factors.length));
  }

  /** {@code source + offset}. */
  public static TensorData plus(TensorData source, float offset) {
    return new ScaledViews.Plus(source, offset);
  }

  /**
   * {@code source + scale · left · right}, for [rows, columns], [rows, rank] and [rank, columns];
   * in f32, and computed when it is read.
   */
  public static TensorData plusProduct(
      TensorData source, float scale, TensorData left, TensorData right) {
    return new LowRankSum(source, scale, held(left), held(right));
  }

  /** {@code source + scale · other}, of the same shape; in f32, and computed when it is read. */
  public static TensorData plusScaled(TensorData source, float scale, TensorData other) {
    return new ScaledSum(source, scale, other);
  }

  /** Keeps the numbers of a small tensor, while memory allows, once they were read. */
  private static TensorData held(TensorData source) {
    return source.shape().elements() > MAX_HELD ? source : new HeldTensor(source);
  }

  /** The same tensor under another name. */
  public static RawTensorData renamed(RawTensorData source, String name) {
    return new Renamed(source, name);
  }

  private record Renamed(RawTensorData source, String name) implements RawTensorData {
    @Override
    public Shape shape() {
      return source.shape();
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
    }

    @Override
    public void readBytes(long from, ByteBuffer out) throws IOException {
      source.readBytes(from, out);
    }
  }

  private record Numbers(String name, Shape shape, float[] numbers) implements TensorData {
    Numbers {
      if (shape.elements() != numbers.length) {
        throw new IllegalArgumentException(name + ": " + numbers.length + " numbers for " + shape);
      }
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public void read(long from, float[] out, int at, int count) {
      System.arraycopy(numbers, Math.toIntExact(from), out, at, count);
    }
  }
}
