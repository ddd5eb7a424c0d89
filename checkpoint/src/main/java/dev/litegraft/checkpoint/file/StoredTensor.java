package dev.litegraft.checkpoint.file;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Finite;
import dev.litegraft.tensor.FloatCodec;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tensor of a file, whose numbers are decoded and checked while they are read. */
public abstract class StoredTensor implements RawTensorData {
  private static final int BLOCK_BYTES = 1 << 20;

  private static final ThreadLocal<ByteBuffer> BLOCK =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN));

  private final FileBytes file;
  private final String name;
  private final DType dtype;
  private final Shape shape;
  private volatile @Nullable RunningHash hash;

  /** A tensor of {@code file}. */
  protected StoredTensor(FileBytes file, String name, DType dtype, Shape shape) {
    this.file = file;
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
  }

  /** The byte of the file at which an element, counted in row-major order, stands. */
  protected abstract long position(long element);

  /**
   * Fills {@code out} with stored bytes, as {@link #readBytes} says.
   *
   * @throws IOException if the file cannot be read
   */
  protected abstract void stored(long from, ByteBuffer out) throws IOException;

  @Override
  public final void readBytes(long from, ByteBuffer out) throws IOException {
    int begin = out.position();
    stored(from, out);
    RunningHash running = hash;
    if (running != null) {
      running.read(from, out.duplicate().flip().position(begin));
    }
  }

  /**
   * From now on bytes are hashed while they are read, so that {@link #sha256} need not read them.
   */
  public final void hashWhileRead() {
    hash = new RunningHash();
  }

  /**
   * The SHA-256 of the stored bytes, in hexadecimal digits. What was not read in order since {@link
   * #hashWhileRead} is read.
   *
   * @throws IOException if the file cannot be read
   */
  public final String sha256() throws IOException {
    RunningHash running = hash;
    return (running == null ? new RunningHash() : running).whole(byteCount(), this::stored);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Shape shape() {
    return shape;
  }

  @Override
  public final DType dtype() {
    return dtype;
  }

  @Override
  public final void read(long from, float[] out, int at, int count) throws IOException {
    if (!dtype.isFloat()) {
      throw new InvalidCheckpointException(
          "the tensor holds " + dtype + ", where floating-point numbers are needed",
          where(position(0)),
          "convert the original, unquantized checkpoint");
    }
    Objects.checkFromIndexSize(from, count, shape.elements());
    Objects.checkFromIndexSize(at, count, out.length);
    int width = dtype.bits() / Byte.SIZE;
    ByteBuffer block = BLOCK.get();
    int done = 0;
    while (done < count) {
      int n = Math.min(count - done, BLOCK_BYTES / width);
      block.clear().limit(n * width);
      readBytes((from + done) * width, block);
      FloatCodec.decode(dtype, block.flip(), out, at + done, n);
      requireFinite(from + done, out, at + done, n);
      done += n;
    }
  }

  private void requireFinite(long from, float[] out, int at, int count) {
    int found = Finite.firstNonFinite(out, at, count);
    if (found >= 0) {
      long element = from + found - at;
      throw new InvalidCheckpointException(
          "the weight at index "
              + index(element)
              + " is "
              + out[found]
              + ", where a finite number is needed",
          where(position(element)),
          "use an earlier checkpoint: the training diverged, or the numbers overflowed when saved");
    }
  }

  /** An element's index in each dimension: {@code [3, 17]}. */
  private String index(long element) {
    int[] index = new int[shape.rank()];
    long rest = element;
    for (int i = index.length - 1; i >= 0; i--) {
      index[i] = (int) (rest % shape.dim(i));
      rest /= shape.dim(i);
    }
    return Arrays.toString(index);
  }

  /** Fills the buffer from a position of the file on, which was there when it was opened. */
  protected final void fill(ByteBuffer out, long position) throws IOException {
    if (!file.fill(out, position)) {
      throw new InvalidCheckpointException(
          "the file ended while the tensor was read; it had "
              + file.size()
              + " bytes when it was opened",
          where(position),
          "convert again when no other program writes to the checkpoint");
    }
  }

  /** Where a byte of the tensor is, for messages. */
  protected final String where(long position) {
    return file.path() + ", tensor " + name + ", byte " + position;
  }

  @Override
  public final String toString() {
    return name + " " + dtype + shape;
  }
}
