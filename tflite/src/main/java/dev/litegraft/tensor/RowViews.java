package dev.litegraft.tensor;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Views that look for rows elsewhere: some of them, in another order, or of several tensors. */
final class RowViews {
  private RowViews() {}

  record RowRange(TensorData source, int first, int count) implements View {
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
    public Shape shape() {
      return source.shape().with(0, count);
    }

    @Override
    public void read(long from, float[] out, int at, int length) throws IOException {
      source.read(first * rowLength(source) + from, out, at, length);
    }
  }

  record RowOrder(TensorData source, int[] order) implements PieceView {
    RowOrder {
      for (int row : order) {
        if (row < 0 || row >= source.shape().dim(0)) {
          throw new IllegalArgumentException(
              source.name() + " " + source.shape() + " has no row " + row);
        }
      }
    }

    @Override
    public Shape shape() {
      return source.shape().with(0, order.length);
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

  record Concatenated(String name, List<TensorData> sources) implements TensorData {
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

  record BlockDiagonal(TensorData source, int groups, int width) implements PieceView {
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
    public Shape shape() {
      return Shape.of(source.shape().dim(0), width);
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

  /** Reads piece by piece: each run of numbers that is contiguous in its source. */
  private interface PieceView extends View {
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

  private static long rowLength(TensorData source) {
    int rows = source.shape().dim(0);
    return rows == 0 ? 0 : source.shape().elements() / rows;
  }
}
