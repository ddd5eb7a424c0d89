package dev.litegraft.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
    return new RowRange(source, from, count);
  }

  /** Indices {@code order[0], order[1] …} of dimension 0. */
  public static TensorData rows(TensorData source, int[] order) {
    return new RowOrder(source, order.clone());
  }

  /** The sources one after the other along dimension 0. */
  public static TensorData concatenated(String name, List<TensorData> sources) {
    return new Concatenated(name, List.copyOf(sources));
  }

  /** A matrix with rows and columns exchanged. */
  public static TensorData transposed(TensorData source) {
    return new Transposed(source);
  }

  /** Index {@code index} of the last dimension, which goes: of [a, b, c] a [a, b]. */
  public static TensorData lastIndex(TensorData source, int index) {
    return new LastIndex(source, index);
  }

  /**
   * Blocks [out / groups, width / groups] along the diagonal of a matrix, and zeros beside them.
   *
   * @param source the blocks one below the other, [out, width / groups]
   * @return [out, width]
   */
  public static TensorData blockDiagonal(TensorData source, int groups, int width) {
    return new BlockDiagonal(source, groups, width);
  }

  /** The same numbers under another name. */
  public static TensorData named(String name, TensorData source) {
    return new Concatenated(name, List.of(source));
  }

  /** The same numbers in another shape of as many. */
  public static TensorData reshaped(TensorData source, Shape shape) {
    return new Reshaped(source, shape);
  }

  /** {@code source · factor}. */
  public static TensorData times(TensorData source, float factor) {
    return new Times(source, factor);
  }

  /**
   * Each number times a factor: of [a, b] number [i, j] times {@code factors[j]}, of [b] number
   * [j].
   */
  public static TensorData timesColumns(TensorData source, float... factors) {
    return new TimesEach(source, factors.clone(), 1);
  }

  /** Of [a, b] number [i, j] times {@code factors[i]}, of [a] number [i]. */
  public static TensorData timesRows(TensorData source, float... factors) {
    return new TimesEach(
        source, factors.clone(), Math.toIntExact(source.shape().elements() / factors.length));
  }

  /** {@code source + offset}. */
  public static TensorData plus(TensorData source, float offset) {
    return new Plus(source, offset);
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

  private static long rowLength(TensorData source) {
    int rows = source.shape().dim(0);
    return rows == 0 ? 0 : source.shape().elements() / rows;
  }

  private record RowRange(TensorData source, int first, int count) implements TensorData {
    RowRange {
      if (first < 0 || count < 0 || first > source.shape().dim(0) - count) {
        throw new IllegalArgumentException(
            source.name()
                + " "
                + source.shape()
                + " has no rows "
                + first
                + " to "
                + ((long) first + count));
      }
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Shape shape() {
      return source.shape().with(0, count);
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    @Override
    public void read(long from, float[] out, int at, int length) throws IOException {
      source.read(first * rowLength(source) + from, out, at, length);
    }
  }

  /** Reads piece by piece: each run of numbers that is contiguous in its source. */
  private interface Pieces extends TensorData {
    /** Numbers of one row. */
    long pieceLength();

    /** Reads within row {@code row}. */
    void readPiece(long row, long from, float[] out, int at, int count) throws IOException;

    @Override
    default void read(long from, float[] out, int at, int count) throws IOException {
      long length = pieceLength();
      long position = from;
      int done = 0;
      while (done < count) {
        long row = position / length;
        long within = position % length;
        int n = (int) Math.min(count - done, length - within);
        readPiece(row, within, out, at + done, n);
        done += n;
        position += n;
      }
    }
  }

  private record RowOrder(TensorData source, int[] order) implements Pieces {
    RowOrder {
      for (int row : order) {
        if (row < 0 || row >= source.shape().dim(0)) {
          throw new IllegalArgumentException(
              source.name() + " " + source.shape() + " has no row " + row);
        }
      }
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Shape shape() {
      return source.shape().with(0, order.length);
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    @Override
    public long pieceLength() {
      return rowLength(source);
    }

    @Override
    public void readPiece(long row, long from, float[] out, int at, int count) throws IOException {
      source.read(order[(int) row] * pieceLength() + from, out, at, count);
    }
  }

  private record Concatenated(String name, List<TensorData> sources) implements TensorData {
    Concatenated {
      Shape first = sources.get(0).shape();
      for (TensorData s : sources) {
        if (!s.shape().with(0, 1).equals(first.with(0, 1))) {
          throw new IllegalArgumentException(
              name + ": " + s.shape() + " does not continue " + first);
        }
      }
    }

    @Override
    public Shape shape() {
      return sources.get(0).shape().with(0, sources.stream().mapToInt(s -> s.shape().dim(0)).sum());
    }

    @Override
    public DType dtype() {
      return sources.get(0).dtype();
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      long begin = 0;
      int done = 0;
      for (TensorData source : sources) {
        long end = begin + source.shape().elements();
        long position = from + done;
        if (done < count && position < end) {
          int n = (int) Math.min(count - done, end - position);
          source.read(position - begin, out, at + done, n);
          done += n;
        }
        begin = end;
      }
    }
  }

  private record Transposed(TensorData source) implements TensorData {
    Transposed {
      if (source.shape().rank() != 2) {
        throw new IllegalArgumentException(source.name() + " " + source.shape() + " is no matrix");
      }
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Shape shape() {
      return Shape.of(source.shape().dim(1), source.shape().dim(0));
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    /** Reads the columns that the wanted rows cover, one source row after the other. */
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      if (count == 0) {
        return;
      }
      int rows = source.shape().dim(0);
      int width = source.shape().dim(1);
      int first = (int) (from / rows);
      int last = (int) ((from + count - 1) / rows);
      float[] line = new float[last - first + 1];
      for (int r = 0; r < rows; r++) {
        source.read((long) r * width + first, line, 0, line.length);
        for (int c = 0; c < line.length; c++) {
          long target = (long) (first + c) * rows + r - from;
          if (target >= 0 && target < count) {
            out[at + (int) target] = line[c];
          }
        }
      }
    }
  }

  private record LastIndex(TensorData source, int index) implements TensorData {
    private static final int STEP = 4096;

    LastIndex {
      if (index < 0 || index >= source.shape().last()) {
        throw new IllegalArgumentException(
            source.name() + " " + source.shape() + " has no last index " + index);
      }
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Shape shape() {
      int[] dims = new int[source.shape().rank() - 1];
      Arrays.setAll(dims, source.shape()::dim);
      return Shape.of(dims);
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      int width = source.shape().last();
      float[] all = new float[Math.min(count, STEP) * width];
      for (int done = 0; done < count; done += STEP) {
        int n = Math.min(count - done, STEP);
        source.read((from + done) * width, all, 0, n * width);
        for (int i = 0; i < n; i++) {
          out[at + done + i] = all[i * width + index];
        }
      }
    }
  }

  private record BlockDiagonal(TensorData source, int groups, int width) implements Pieces {
    BlockDiagonal {
      Shape blocks = source.shape();
      if (blocks.rank() != 2
          || blocks.dim(0) % groups != 0
          || (long) blocks.dim(1) * groups != width) {
        throw new IllegalArgumentException(
            source.name() + " " + blocks + " is not " + groups + " blocks of a width of " + width);
      }
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public Shape shape() {
      return Shape.of(source.shape().dim(0), width);
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    @Override
    public long pieceLength() {
      return width;
    }

    @Override
    public void readPiece(long row, long from, float[] out, int at, int count) throws IOException {
      int own = source.shape().dim(1);
      long group = row / (source.shape().dim(0) / groups);
      Arrays.fill(out, at, at + count, 0);
      long begin = Math.max(from, group * own);
      long end = Math.min(from + count, (group + 1) * own);
      if (begin < end) {
        long first = row * own + begin - group * own;
        source.read(first, out, at + (int) (begin - from), (int) (end - begin));
      }
    }
  }

  private record Reshaped(TensorData source, Shape shape) implements TensorData {
    Reshaped {
      if (shape.elements() != source.shape().elements()) {
        throw new IllegalArgumentException(
            source.name() + " " + source.shape() + " has not the numbers of " + shape);
      }
    }

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
    }
  }

  private record Times(TensorData source, float factor) implements ChangedNumbers {
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
      for (int i = at; i < at + count; i++) {
        out[i] *= factor;
      }
    }
  }

  /**
   * @param run how many numbers have the same factor, one after the other
   */
  private record TimesEach(TensorData source, float[] factors, int run) implements ChangedNumbers {
    TimesEach {
      if (source.shape().elements() % ((long) factors.length * run) != 0) {
        throw new IllegalArgumentException(
            source.name() + " " + source.shape() + " times " + factors.length + " factors");
      }
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
      for (int i = 0; i < count; i++) {
        out[at + i] *= factors[(int) ((from + i) / run % factors.length)];
      }
    }
  }

  private record Plus(TensorData source, float offset) implements ChangedNumbers {
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
      for (int i = at; i < at + count; i++) {
        out[i] += offset;
      }
    }
  }
}
