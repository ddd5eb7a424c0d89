package dev.litegraft.checkpoint.safetensors;

import dev.litegraft.checkpoint.safetensors.SafetensorsHeader.Entry;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Finite;
import dev.litegraft.tensor.FloatCodec;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.Shape;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An open safetensors file. Its header was checked as {@link SafetensorsFormat} says; its tensors
 * are read slice by slice, from any thread, until it is closed.
 *
 * <p>Read by positional reads and not by a memory map: a file that another process truncates is
 * then an error, and not the death of the JVM.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final String DAMAGED =
      "download or save the file again; it is damaged or incomplete";

  /** The letters "version ", with which the text of a Git LFS pointer begins, as a length. */
  private static final long GIT_LFS_POINTER = 0x206e6f6973726576L;

  private static final ThreadLocal<ByteBuffer> BLOCK =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN));

  private final Path path;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, RawTensorData> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata;

  private SafetensorsFile(
      Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.dataStart = dataStart;
    this.metadata = Collections.unmodifiableMap(header.metadata());
    for (Entry e : header.entries().values()) {
      tensors.put(e.name(), new Slice(this, e));
    }
  }

  /**
   * Opens the file and checks its header.
   *
   * @throws InvalidCheckpointException if it is not a valid safetensors file
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      long size = channel.size();
      long headerLength = headerLength(channel, size, path.toString());
      long dataStart = SafetensorsFormat.LENGTH_BYTES + headerLength;
      try (InputStream json = header(channel, dataStart)) {
        return new SafetensorsFile(
            path,
            channel,
            dataStart,
            SafetensorsHeader.read(json, size - dataStart, path.toString()));
      }
    } catch (Throwable t) {
      channel.close();
      throw t;
    }
  }

  private static long headerLength(FileChannel channel, long size, String where)
      throws IOException {
    ByteBuffer field =
        ByteBuffer.allocate(SafetensorsFormat.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (size < field.capacity() || !fill(channel, field, 0)) {
      throw new InvalidCheckpointException(
          "the file has " + size + " bytes, where a safetensors file has at least 8",
          where,
          DAMAGED);
    }
    long length = field.getLong(0);
    if (length == GIT_LFS_POINTER) {
      throw new InvalidCheckpointException(
          "the file is a Git LFS pointer of " + size + " bytes, where the weights are needed",
          where,
          "clone the checkpoint again with `git lfs install` done before, or download the file itself");
    }
    // Unsigned: a length with the highest bit set is larger than any file.
    if (length < 0 || length > size - SafetensorsFormat.LENGTH_BYTES) {
      throw new InvalidCheckpointException(
          "the header is said to have "
              + Long.toUnsignedString(length)
              + " bytes, but the file ends after "
              + size,
          where + ", byte 0",
          DAMAGED);
    }
    if (length > SafetensorsFormat.MAX_HEADER_BYTES) {
      throw new InvalidCheckpointException(
          "the header has "
              + length
              + " bytes, where the format allows "
              + SafetensorsFormat.MAX_HEADER_BYTES,
          where + ", byte 0",
          DAMAGED);
    }
    return length;
  }

  private static InputStream header(FileChannel channel, long end) {
    InputStream bytes =
        new InputStream() {
          private long position = SafetensorsFormat.LENGTH_BYTES;

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] b, int off, int len) throws IOException {
            int n = (int) Math.min(len, end - position);
            if (n <= 0) {
              return len == 0 ? 0 : -1;
            }
            int got = channel.read(ByteBuffer.wrap(b, off, n), position);
            position += Math.max(got, 0);
            return got;
          }
        };
    return new BufferedInputStream(bytes, 1 << 16);
  }

  /** Fills the buffer from {@code position} on; false if the file ends before. */
  private static boolean fill(FileChannel channel, ByteBuffer out, long position)
      throws IOException {
    long at = position;
    while (out.hasRemaining()) {
      int n = channel.read(out, at);
      if (n < 0) {
        return false;
      }
      at += n;
    }
    return true;
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The tensors by name, in the header's order. */
  public Map<String, RawTensorData> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** The free text that the writer left in {@code __metadata__}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Closes the file; its tensors cannot be read any more. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A tensor of the file. */
  private record Slice(SafetensorsFile file, Entry entry) implements RawTensorData {
    @Override
    public String name() {
      return entry.name();
    }

    @Override
    public Shape shape() {
      return entry.shape();
    }

    @Override
    public DType dtype() {
      return entry.dtype();
    }

    @Override
    public void readBytes(long from, ByteBuffer out) throws IOException {
      Objects.checkFromIndexSize(from, out.remaining(), byteCount());
      long position = file.dataStart + entry.begin() + from;
      if (!fill(file.channel, out, position)) {
        throw new InvalidCheckpointException(
            "the file ended while the tensor was read; it had "
                + entry.end()
                + " bytes of data when it was opened",
            where(position),
            "convert again when no other program writes to the checkpoint");
      }
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      DType dtype = entry.dtype();
      if (!dtype.isFloat()) {
        throw new InvalidCheckpointException(
            "the tensor holds " + dtype + ", where floating-point numbers are needed",
            where(file.dataStart + entry.begin()),
            "convert the original, unquantized checkpoint");
      }
      Objects.checkFromIndexSize(from, count, shape().elements());
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
            where(file.dataStart + entry.begin() + entry.dtype().bytes(element)),
            "use an earlier checkpoint: the training diverged, or the numbers overflowed when saved");
      }
    }

    /** An element's index in each dimension: {@code [3, 17]}. */
    private String index(long element) {
      int[] index = new int[shape().rank()];
      long rest = element;
      for (int i = index.length - 1; i >= 0; i--) {
        index[i] = (int) (rest % shape().dim(i));
        rest /= shape().dim(i);
      }
      return java.util.Arrays.toString(index);
    }

    private String where(long position) {
      return file.path + ", tensor " + name() + ", byte " + position;
    }

    @Override
    public String toString() {
      return name() + " " + dtype() + shape();
    }
  }
}
