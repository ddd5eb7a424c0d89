package dev.litegraft.checkpoint.safetensors;

import dev.litegraft.checkpoint.file.FileBytes;
import dev.litegraft.checkpoint.file.StoredTensor;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.checkpoint.safetensors.SafetensorsHeader.Entry;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An open safetensors file. Its header was checked as {@link SafetensorsFormat} says; its tensors
 * are read slice by slice, from any thread, until it is closed.
 */
public final class SafetensorsFile implements TensorFile {
  private static final String DAMAGED =
      "download or save the file again; it is damaged or incomplete";

  private final FileBytes bytes;
  private final Map<String, RawTensorData> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata;

  private SafetensorsFile(FileBytes bytes, long dataStart, SafetensorsHeader header) {
    this.bytes = bytes;
    this.metadata = Collections.unmodifiableMap(header.metadata());
    for (Entry e : header.entries().values()) {
      tensors.put(e.name(), new Slice(bytes, dataStart, e));
    }
  }

  /**
   * Opens the file and checks its header.
   *
   * @throws InvalidCheckpointException if it is not a valid safetensors file
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) throws IOException {
    FileBytes bytes = FileBytes.open(path);
    try {
      bytes.requireNoPointer();
      long dataStart = SafetensorsFormat.LENGTH_BYTES + headerLength(bytes, path.toString());
      try (InputStream json = bytes.stream(SafetensorsFormat.LENGTH_BYTES, dataStart)) {
        return new SafetensorsFile(
            bytes,
            dataStart,
            SafetensorsHeader.read(json, bytes.size() - dataStart, path.toString()));
      }
    } catch (Throwable t) {
      bytes.close();
      throw t;
    }
  }

  private static long headerLength(FileBytes bytes, String where) throws IOException {
    long size = bytes.size();
    ByteBuffer field =
        ByteBuffer.allocate(SafetensorsFormat.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (size < field.capacity() || !bytes.fill(field, 0)) {
      throw new InvalidCheckpointException(
          "the file has " + size + " bytes, where a safetensors file has at least 8",
          where,
          DAMAGED);
    }
    long length = field.getLong(0);
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

  @Override
  public Path path() {
    return bytes.path();
  }

  @Override
  public Map<String, RawTensorData> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** The free text that the writer left in {@code __metadata__}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  /** A tensor of the file. */
  private static final class Slice extends StoredTensor {
    private final long begin;

    Slice(FileBytes bytes, long dataStart, Entry entry) {
      super(bytes, entry.name(), entry.dtype(), entry.shape());
      this.begin = dataStart + entry.begin();
    }

    @Override
    protected long position(long element) {
      return begin + dtype().bytes(element);
    }

    @Override
    protected void stored(long from, ByteBuffer out) throws IOException {
      Objects.checkFromIndexSize(from, out.remaining(), byteCount());
      fill(out, begin + from);
    }
  }
}
