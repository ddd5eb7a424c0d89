package dev.litegraft.checkpoint.consolidated;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Equal parts of a matrix as the whole, beside or below each other, and its rows in the order of
 * transformers. Nothing is copied before it is asked for.
 */
final class JoinedTensor implements RawTensorData {
  private final String name;
  private final List<RawTensorData> parts;
  private final boolean byColumns;
  private final int head;
  private final Shape shape;

  /**
   * @param parts of one shape and type
   * @param byColumns whether each has some columns of all rows
   * @param head rows of a head whose pairs are parted: [h, e / 2, 2] becomes [h, 2, e / 2]; 0 where
   *     rows stand as they are
   */
  JoinedTensor(String name, List<RawTensorData> parts, boolean byColumns, int head) {
    this.name = name;
    this.parts = List.copyOf(parts);
    this.byColumns = byColumns;
    this.head = head;
    Shape one = parts.get(0).shape();
    int split = byColumns ? 1 : 0;
    this.shape =
        parts.size() == 1 ? one : one.with(split, Math.multiplyExact(one.dim(split), parts.size()));
  }

  /** Numbers that stand one after the other in a part. */
  private record Run(RawTensorData part, long from, long count) {}

  /** What begins with a number of the whole, counted row by row. */
  private Run run(long element) {
    Shape one = parts.get(0).shape();
    if (parts.size() == 1 && head == 0) {
      return new Run(parts.get(0), element, one.elements() - element);
    }
    long row = element / shape.dim(1);
    long column = element % shape.dim(1);
    if (byColumns) {
      long own = one.dim(1);
      long within = column % own;
      return new Run(parts.get((int) (column / own)), row * own + within, own - within);
    }
    long source = source(row);
    long own = source % one.dim(0);
    long from = own * one.dim(1) + column;
    return new Run(
        parts.get((int) (source / one.dim(0))),
        from,
        head == 0 ? one.elements() - from : one.dim(1) - column);
  }

  private long source(long row) {
    if (head == 0) {
      return row;
    }
    long within = row % head;
    long half = head / 2;
    return row - within + 2 * (within % half) + within / half;
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
    return parts.get(0).dtype();
  }

  @Override
  public void read(long from, float[] out, int at, int count) throws IOException {
    Objects.checkFromIndexSize(from, count, shape.elements());
    for (int done = 0; done < count; ) {
      Run run = run(from + done);
      int n = (int) Math.min(count - done, run.count());
      run.part().read(run.from(), out, at + done, n);
      done += n;
    }
  }

  @Override
  public void readBytes(long from, ByteBuffer out) throws IOException {
    Objects.checkFromIndexSize(from, out.remaining(), byteCount());
    int width = dtype().bits() / Byte.SIZE;
    int end = out.limit();
    for (long at = from; out.hasRemaining(); ) {
      Run run = run(at / width);
      long skipped = at % width;
      int n = (int) Math.min(out.remaining(), run.count() * width - skipped);
      out.limit(out.position() + n);
      run.part().readBytes(run.from() * width + skipped, out);
      out.limit(end);
      at += n;
    }
  }

  @Override
  public String toString() {
    return name + " " + dtype() + shape;
  }
}
