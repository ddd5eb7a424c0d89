package dev.litegraft.checkpoint.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Gathers the elements of a strided view in row-major order. A rectangle of its last two dimensions
 * is halved until what lies between its first and last element is dense enough and small enough to
 * be read at once and to stay in a processor's cache while it is turned.
 */
final class StridedView {
  private static final int SPAN_BYTES = 1 << 18;

  private static final ThreadLocal<ByteBuffer> SPAN =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(SPAN_BYTES).order(ByteOrder.nativeOrder()));

  /** Of what is read at once, at least the eighth part is needed, unless it is this little. */
  private static final int PAGE_BYTES = 4096;

  private static final int SPARSEST = 8;

  /** So many lines of the cache are read side by side: those of a power of two share their place. */
  private static final int LINES = 8;

  /** Reads a storage. */
  @FunctionalInterface
  interface Source {
    /**
     * Fills a buffer.
     *
     * @param position bytes behind the tensor's first element
     */
    void read(ByteBuffer out, long position) throws IOException;
  }

  /** Without those of 1, and those that follow each other as one; two at least. */
  private final int[] dims;

  private final long[] strides;
  private final int width;
  private final boolean swapped;

  /**
   * A view.
   *
   * @param width bytes of an element: 1, 2, 4 or 8
   * @param swapped whether the bytes of each element are turned round
   */
  StridedView(int[] dims, long[] strides, int width, boolean swapped) {
    int[] some = new int[Math.max(2, dims.length)];
    long[] steps = new long[some.length];
    int free = some.length;
    for (int i = dims.length - 1; i >= 0; i--) {
      if (free < some.length && strides[i] == steps[free] * some[free]) {
        some[free] *= dims[i];
      } else if (dims[i] != 1) {
        free--;
        some[free] = dims[i];
        steps[free] = strides[i];
      }
    }
    while (free > some.length - 2) {
      some[--free] = 1;
    }
    this.dims = Arrays.copyOfRange(some, free, some.length);
    this.strides = Arrays.copyOfRange(steps, free, some.length);
    this.width = width;
    this.swapped = swapped;
  }

  /** About so many elements, in whole rows: the ends of a row lie as far apart as two rows. */
  int some(int elements) {
    int columns = dims[dims.length - 1];
    return columns > elements ? elements : elements / columns * columns;
  }

  /**
   * Gathers some elements.
   *
   * @param first the index of the first one, counted in row-major order
   * @param out receives {@code count} elements from its beginning on
   */
  void gather(long first, int count, byte[] out, Source source) throws IOException {
    int columns = dims[dims.length - 1];
    int rows = dims[dims.length - 2];
    Turned turned = width == Integer.BYTES ? new Ints(count) : new Bytes(out, width);
    for (int done = 0; done < count; ) {
      long row = (first + done) / columns;
      int column = (int) ((first + done) % columns);
      int left = count - done;
      // The rest of a row that was begun, or whole rows of one matrix, or the beginning of a last.
      int width = column > 0 || left < columns ? Math.min(left, columns - column) : columns;
      int height =
          width < columns ? 1 : (int) Math.min(left / columns, rows - row % rows);
      Rectangle all =
          new Rectangle(
              start(row) + column * strides[dims.length - 1],
              height,
              strides[dims.length - 2],
              width,
              strides[dims.length - 1]);
      copy(all, done, columns, turned, source);
      done += width * height;
    }
    turned.into(out, count);
    if (swapped) {
      swap(out, count * this.width);
    }
  }

  /** Where a row begins, in elements. */
  private long start(long row) {
    long rest = row;
    long start = 0;
    for (int i = dims.length - 2; i >= 0; i--) {
      start += rest % dims[i] * strides[i];
      rest /= dims[i];
    }
    return start;
  }

  /** Elements at {@code start + r * down + c * along}. */
  private record Rectangle(long start, int rows, long down, int columns, long along) {
    long span() {
      return (rows - 1) * down + (columns - 1) * along + 1;
    }

    /** Whether what is to be halved are the rows: the dimension whose elements lie farther apart. */
    boolean isHalvedByRows() {
      return columns == 1 || (rows > 1 && down >= along);
    }

    Rectangle first() {
      return isHalvedByRows()
          ? new Rectangle(start, rows / 2, down, columns, along)
          : new Rectangle(start, rows, down, columns / 2, along);
    }

    Rectangle second() {
      return isHalvedByRows()
          ? new Rectangle(start + rows / 2 * down, rows - rows / 2, down, columns, along)
          : new Rectangle(start + columns / 2 * along, rows, down, columns - columns / 2, along);
    }
  }

  /**
   * Copies a rectangle, in parts if need be.
   *
   * @param target the element of {@code out} that its first one becomes
   * @param pitch how many elements a row of {@code out} has
   */
  private void copy(Rectangle all, int target, int pitch, Turned out, Source source)
      throws IOException {
    long bytes = all.span() * width;
    long needed = (long) all.rows() * all.columns() * width;
    if (bytes <= PAGE_BYTES || (bytes <= SPAN_BYTES && bytes <= needed * SPARSEST)) {
      ByteBuffer span = SPAN.get().clear().limit((int) bytes);
      source.read(span, all.start() * width);
      span.flip();
      out.turn(all, span, target, pitch);
      return;
    }
    int next = all.isHalvedByRows() ? all.rows() / 2 * pitch : all.columns() / 2;
    copy(all.first(), target, pitch, out, source);
    copy(all.second(), target + next, pitch, out, source);
  }

  /** Where elements get their order. */
  private interface Turned {
    /** Takes the elements of a rectangle, of which all that is between them was read. */
    void turn(Rectangle all, ByteBuffer span, int target, int pitch);

    /** Gives all of them. */
    void into(byte[] out, int count);
  }

  /** Of four bytes, as most are: an array of numbers is twice as fast as a buffer. */
  private static final class Ints implements Turned {
    private static final ThreadLocal<int[]> READ =
        ThreadLocal.withInitial(() -> new int[SPAN_BYTES / Integer.BYTES]);

    private static final ThreadLocal<int[]> TURNED = ThreadLocal.withInitial(() -> new int[0]);

    private final int[] turned;

    Ints(int count) {
      if (TURNED.get().length < count) {
        TURNED.set(new int[count]);
      }
      this.turned = TURNED.get();
    }

    @Override
    public void turn(Rectangle all, ByteBuffer span, int target, int pitch) {
      int[] read = READ.get();
      span.asIntBuffer().get(read, 0, span.limit() / Integer.BYTES);
      int down = (int) all.down();
      int along = (int) all.along();
      for (int column = 0; column < all.columns(); column += LINES) {
        int count = Math.min(LINES, all.columns() - column);
        int from = column * along;
        int to = target + column;
        for (int row = 0; row < all.rows(); row++) {
          for (int i = 0; i < count; i++) {
            turned[to + i] = read[from + i * along];
          }
          from += down;
          to += pitch;
        }
      }
    }

    @Override
    public void into(byte[] out, int count) {
      ByteBuffer.wrap(out).order(ByteOrder.nativeOrder()).asIntBuffer().put(turned, 0, count);
    }
  }

  /** Of any width. */
  private record Bytes(byte[] out, int width) implements Turned {
    @Override
    public void turn(Rectangle all, ByteBuffer span, int target, int pitch) {
      for (int column = 0; column < all.columns(); column += LINES) {
        int count = Math.min(LINES, all.columns() - column);
        for (int row = 0; row < all.rows(); row++) {
          long from = (row * all.down() + column * all.along()) * width;
          int to = (target + column + row * pitch) * width;
          for (int i = 0; i < count; i++) {
            span.get((int) (from + i * all.along() * width), out, to + i * width, width);
          }
        }
      }
    }

    @Override
    public void into(byte[] all, int count) {
      // They are there already.
    }
  }

  private void swap(byte[] bytes, int length) {
    for (int at = 0; at < length; at += width) {
      for (int low = at, high = at + width - 1; low < high; low++, high--) {
        byte kept = bytes[low];
        bytes[low] = bytes[high];
        bytes[high] = kept;
      }
    }
  }
}
