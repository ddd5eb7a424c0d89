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

  /**
   * So many lines of the cache are read side by side: those of a power of two share their place.
   */
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
  void gather(long first, int count, Turned out, Source source) throws IOException {
    int columns = dims[dims.length - 1];
    int rows = dims[dims.length - 2];
    for (int done = 0; done < count; ) {
      long row = (first + done) / columns;
      int column = (int) ((first + done) % columns);
      int left = count - done;
      // The rest of a row that was begun, or whole rows of one matrix, or the beginning of a last.
      int width = column > 0 || left < columns ? Math.min(left, columns - column) : columns;
      int height = width < columns ? 1 : (int) Math.min(left / columns, rows - row % rows);
      Rectangle all =
          new Rectangle(
              start(row) + column * strides[dims.length - 1],
              height,
              strides[dims.length - 2],
              width,
              strides[dims.length - 1]);
      copy(all, done, columns, out, source);
      done += width * height;
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
  record Rectangle(long start, int rows, long down, int columns, long along) {
    long span() {
      return (rows - 1) * down + (columns - 1) * along + 1;
    }

    /**
     * Whether what is to be halved are the rows: the dimension whose elements lie farther apart.
     */
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

  /** Whether a place that was another view's does for this one. */
  boolean takes(Turned place) {
    return place instanceof Bytes bytes
        ? bytes.width() == width && bytes.swapped() == swapped
        : isOfInts();
  }

  private boolean isOfInts() {
    return width == Integer.BYTES && !swapped;
  }

  /** A place for so many elements. */
  Turned place(int count) {
    return isOfInts() ? new Ints(count) : new Bytes(new byte[count * width], width, swapped);
  }

  /** Where elements get their order. */
  interface Turned {
    /** How many elements there is room for. */
    int capacity();

    /** Takes the elements of a rectangle, of which all that is between them was read. */
    void turn(Rectangle all, ByteBuffer span, int target, int pitch);

    /** Gives bytes, from one of them on. */
    void give(int from, int count, ByteBuffer out);
  }

  /** Of four bytes, as most are: an array of numbers is faster than one of bytes. */
  private static final class Ints implements Turned {
    private static final ThreadLocal<int[]> READ =
        ThreadLocal.withInitial(() -> new int[SPAN_BYTES / Integer.BYTES]);

    private final int[] turned;

    Ints(int count) {
      this.turned = new int[count];
    }

    @Override
    public int capacity() {
      return turned.length;
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
    public void give(int from, int count, ByteBuffer out) {
      int at = from;
      int left = count;
      while (left > 0 && (at % Integer.BYTES != 0 || left < Integer.BYTES)) {
        // As they stand in a file, whichever order the machine has.
        int place = at % Integer.BYTES;
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        int shift = Byte.SIZE * (little ? place : Integer.BYTES - 1 - place);
        out.put((byte) (turned[at / Integer.BYTES] >> shift));
        at++;
        left--;
      }
      int whole = left / Integer.BYTES;
      ByteBuffer ints = out.duplicate().order(ByteOrder.nativeOrder());
      ints.asIntBuffer().put(turned, at / Integer.BYTES, whole);
      out.position(out.position() + whole * Integer.BYTES);
      if (left % Integer.BYTES != 0) {
        give(at + whole * Integer.BYTES, left % Integer.BYTES, out);
      }
    }
  }

  /** Of any width. */
  private record Bytes(byte[] turned, int width, boolean swapped) implements Turned {
    @Override
    public int capacity() {
      return turned.length / width;
    }

    @Override
    public void turn(Rectangle all, ByteBuffer span, int target, int pitch) {
      for (int column = 0; column < all.columns(); column += LINES) {
        int count = Math.min(LINES, all.columns() - column);
        for (int row = 0; row < all.rows(); row++) {
          long from = (row * all.down() + column * all.along()) * width;
          int to = (target + column + row * pitch) * width;
          for (int i = 0; i < count; i++) {
            element(span, (int) (from + i * all.along() * width), to + i * width);
          }
        }
      }
    }

    private void element(ByteBuffer span, int from, int to) {
      for (int i = 0; i < width; i++) {
        turned[to + (swapped ? width - 1 - i : i)] = span.get(from + i);
      }
    }

    @Override
    public void give(int from, int count, ByteBuffer out) {
      out.put(turned, from, count);
    }
  }
}
