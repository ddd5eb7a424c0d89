package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.jspecify.annotations.Nullable;

/**
 * A .tflite file in LiteRT's hands after its verifier has read it: small ones and those that are
 * asked for so are copied into memory, others are mapped.
 *
 * <p>A mapped file that is cut while it is read ends the process, and one that is overwritten
 * answers with what is written: so its length is compared before each answer, and files are to be
 * replaced by a rename, which leaves a mapped one as it is.
 */
final class LiteRtModel implements AutoCloseable {
  /**
   * Files up to this many bytes are copied: 32 MiB take some 10 ms, which is a tenth of what
   * opening such a file takes.
   */
  static final long COPIED = 32L << 20;

  private static final int PIECE = 1 << 24;

  private final FlatBufferModel handle;
  private final Path file;
  private final Door door;
  private final @Nullable BytePointer bytes;
  private final FileChannel channel;
  private final long length;

  private LiteRtModel(
      FlatBufferModel handle,
      Path file,
      Door door,
      @Nullable BytePointer bytes,
      FileChannel channel,
      long length) {
    this.handle = handle;
    this.file = file;
    this.door = door;
    this.bytes = bytes;
    this.channel = channel;
    this.length = length;
  }

  /**
   * Verifies and loads a file. Loading an unverified broken file kills the JVM.
   *
   * @param door through which the file came, and each number of tokens must come
   * @param inMemory whether it is copied, whatever its size
   * @throws InvalidInputException if LiteRT's verifier refuses the file
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library
   */
  static LiteRtModel open(Path file, Door door, boolean inMemory) throws IOException {
    LiteRt.load();
    FileChannel channel = FileChannel.open(file);
    BytePointer bytes = null;
    try {
      long length = channel.size();
      boolean copied = inMemory || length <= COPIED;
      bytes = copied ? read(channel, length, file) : null;
      FlatBufferModel handle =
          bytes != null ? FlatBufferModel.VerifyAndBuildFromBuffer(bytes, length) : mapped(file);
      if (handle == null || handle.isNull() || !handle.initialized()) {
        throw new InvalidInputException(
            "LiteRT's verifier refuses the file: its tables are damaged",
            file.toString(),
            "make the file again, or copy it again from where it came from");
      }
      return new LiteRtModel(handle, file, door, bytes, channel, length);
    } catch (Throwable e) {
      channel.close();
      if (bytes != null) {
        bytes.close();
      }
      throw e;
    }
  }

  private static FlatBufferModel mapped(Path file) {
    // A String would be converted with the platform's charset; LiteRT passes bytes to open().
    try (BytePointer path =
        new BytePointer(file.toAbsolutePath().toString(), StandardCharsets.UTF_8)) {
      return FlatBufferModel.VerifyAndBuildFromFile(path);
    }
  }

  private static BytePointer read(FileChannel channel, long length, Path file) throws IOException {
    BytePointer bytes = new BytePointer(length);
    try {
      long at = 0;
      while (at < length) {
        ByteBuffer piece = bytes.position(at).limit(Math.min(length, at + PIECE)).asByteBuffer();
        int n = channel.read(piece, at);
        if (n < 0) {
          throw shorter(at, length, file);
        }
        at += n;
      }
      return bytes.position(0).limit(length);
    } catch (Throwable e) {
      bytes.close();
      throw e;
    }
  }

  private static InvalidInputException shorter(long now, long before, Path file) {
    return new InvalidInputException(
        "the file has become shorter while it is used: " + now + " bytes, " + before + " before",
        file.toString(),
        "open it again; replace files by a rename, never write in place, or open with --in-memory");
  }

  /**
   * Checks that a mapped file has its length still.
   *
   * @throws InvalidInputException if it was cut
   */
  void requireWhole() {
    if (bytes != null) {
      return;
    }
    try {
      long now = channel.size();
      if (now < length) {
        throw shorter(now, length, file);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  FlatBufferModel handle() {
    return handle;
  }

  Path file() {
    return file;
  }

  Door door() {
    return door;
  }

  @Override
  public void close() {
    handle.close();
    if (bytes != null) {
      bytes.close();
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
