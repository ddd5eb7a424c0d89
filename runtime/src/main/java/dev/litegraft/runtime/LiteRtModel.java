package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.tflite.Bundle;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.jspecify.annotations.Nullable;

/**
 * A .tflite file in LiteRT's hands after its verifier has read it: small ones and those that are
 * asked for so are copied into memory, others are mapped.
 *
 * <p>A mapped file that is cut while it is read ends the process, and one that is overwritten
 * answers with what is written: so it is looked at before each answer ({@link MappedFile}), and
 * files are to be replaced by a rename, which leaves a mapped one as it is.
 */
final class LiteRtModel implements AutoCloseable {
  /**
   * Files up to this many bytes are copied: 32 MiB take some 10 ms, which is a tenth of what
   * opening such a file takes.
   */
  static final long COPIED = 32L << 20;

  private static final long CACHED = 32L << 20;

  private final FlatBufferModel handle;
  private final String where;
  private final Door door;
  private final @Nullable FileCopy bytes;
  private final @Nullable MappedFile mapped;
  private final @Nullable LiteRtModel embedder;
  private @Nullable PackedWeights weights;
  private Optional<String> note = Optional.empty();

  private LiteRtModel(
      FlatBufferModel handle,
      String where,
      Door door,
      @Nullable FileCopy bytes,
      @Nullable MappedFile mapped,
      @Nullable LiteRtModel embedder) {
    this.handle = handle;
    this.where = where;
    this.door = door;
    this.bytes = bytes;
    this.mapped = mapped;
    this.embedder = embedder;
  }

  /**
   * Verifies and loads a file. Loading an unverified broken file kills the JVM.
   *
   * @param verified what came through the door, and must stand there still
   * @param door through which the file came, and each number of tokens must come
   * @param inMemory whether it is copied, whatever its size
   * @throws InvalidFileException if LiteRT's verifier refuses the file
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library
   */
  static LiteRtModel open(Path file, FileIdentity verified, Door door, boolean inMemory)
      throws IOException {
    LiteRt.load();
    // A channel would be closed by the interrupt of any thread that asks it for its length.
    RandomAccessFile open = opened(file);
    FileCopy bytes = null;
    LiteRtModel model = null;
    try {
      long length = open.length();
      bytes = inMemory ? FileCopy.read(open.getChannel(), length, file.toString()) : null;
      FlatBufferModel handle =
          bytes != null
              ? FlatBufferModel.VerifyAndBuildFromBuffer(bytes.pointer(), length)
              : mapped(file);
      requireUsable(handle, file.toString());
      MappedFile mapped = MappedFile.of(file, open, verified);
      model = new LiteRtModel(handle, file.toString(), door, bytes, mapped, null);
      verified.require(file);
      return model;
    } catch (Throwable e) {
      if (model != null) {
        model.close();
        throw e;
      }
      open.close();
      if (bytes != null) {
        bytes.close();
      }
      throw e;
    }
  }

  private static RandomAccessFile opened(Path file) throws IOException {
    try {
      return new RandomAccessFile(file.toFile(), "r");
    } catch (FileNotFoundException e) {
      Files.newByteChannel(file).close(); // Says why.
      throw e;
    }
  }

  /**
   * Whether a file of this length is read into memory before it is verified, which a buffer of Java
   * allows up to 2 GiB; of longer ones {@link #open} makes the copy.
   */
  static boolean isCopied(long length, boolean inMemory) {
    return length <= COPIED || (inMemory && length <= Integer.MAX_VALUE);
  }

  /**
   * Loads a copy, of which it becomes the owner, also if this fails.
   *
   * @param where what messages call it
   * @param door through which these bytes came
   * @throws InvalidFileException if LiteRT's verifier refuses them
   */
  static LiteRtModel of(FileCopy bytes, String where, Door door) {
    try {
      LiteRt.load();
      FlatBufferModel handle =
          FlatBufferModel.VerifyAndBuildFromBuffer(bytes.pointer(), bytes.length());
      requireUsable(handle, where);
      return new LiteRtModel(handle, where, door, bytes, null, null);
    } catch (Throwable e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * Loads the two models of a copied bundle, of which this becomes the owner, also if this fails.
   *
   * @param door through which the encoder came
   * @param embedderDoor through which came what gives each token its row
   * @throws InvalidFileException if LiteRT's verifier refuses one
   */
  static LiteRtModel of(FileCopy bytes, String where, Bundle bundle, Door door, Door embedderDoor) {
    try {
      // Before a class of the bindings is initialized: its initializer waits for the thread that
      // loads the library, and that for it.
      LiteRt.load();
      LiteRtModel embedder =
          new LiteRtModel(
              built(bytes, bundle.embedder(), where), where, embedderDoor, null, null, null);
      return new LiteRtModel(
          built(bytes, bundle.encoder(), where), where, door, bytes, null, embedder);
    } catch (Throwable e) {
      bytes.close();
      throw e;
    }
  }

  /** Sections begin where a FlatBuffer may, also in memory. */
  private static FlatBufferModel built(FileCopy bytes, Bundle.Section section, String where) {
    BytePointer begin = new BytePointer(bytes.pointer()).position(section.begin());
    FlatBufferModel handle = FlatBufferModel.VerifyAndBuildFromBuffer(begin, section.bytes());
    requireUsable(handle, where);
    return handle;
  }

  private static void requireUsable(@Nullable FlatBufferModel handle, String where) {
    if (handle == null || handle.isNull() || !handle.initialized()) {
      throw new InvalidFileException(
          "LiteRT's verifier refuses the file: its tables are damaged",
          where,
          "make the file again, or copy it again from where it came from");
    }
  }

  private static FlatBufferModel mapped(Path file) {
    // A String would be converted with the platform's charset; LiteRT passes bytes to open().
    try (BytePointer path =
        new BytePointer(file.toAbsolutePath().toString(), StandardCharsets.UTF_8)) {
      return FlatBufferModel.VerifyAndBuildFromFile(path);
    }
  }

  static InvalidFileException shorter(long now, long before, String where) {
    return new InvalidFileException(
        "the file has become shorter while it is used: " + now + " bytes, " + before + " before",
        where,
        "open it again; replace files by a rename, never write in place, or open with --in-memory");
  }

  /**
   * Checks that nobody has written to a mapped file. One that was replaced or removed is whole:
   * what is mapped is the file that was there.
   *
   * @throws InvalidFileException if it was cut or overwritten
   */
  void requireWhole() {
    if (bytes != null || mapped == null) {
      return;
    }
    try {
      mapped.requireWhole();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  FlatBufferModel handle() {
    return handle;
  }

  /** Whether its weights are more than a core's caches hold. */
  boolean isLarge() {
    return (bytes != null ? bytes.length() : mapped != null ? mapped.length() : 0) > CACHED;
  }

  /** What messages call the file. */
  String where() {
    return where;
  }

  /** Of a bundle, what gives each token its row; null of a file whose inputs are ids. */
  @Nullable LiteRtModel embedder() {
    return embedder;
  }

  Door door() {
    return door;
  }

  /** Lets interpreters share packed weights on disk, which are closed with this. */
  void withWeights(PackedWeights packed) {
    weights = packed;
  }

  /** Lets users know something of how it was opened. */
  void withNote(String text) {
    note = Optional.of(text);
  }

  /** What users should know of how it was opened, in a sentence. */
  Optional<String> note() {
    return note;
  }

  /** Whether interpreters may share weights. */
  boolean sharesWeights() {
    return weights != null;
  }

  /** Whether further interpreters need no memory for weights of their own. */
  boolean hasPackedWeights() {
    return weights != null && weights.isThere();
  }

  /** An interpreter has packed its weights: what it still reads of the file is little. */
  void releasePages() {
    if (bytes == null) {
      MappedPages.release(handle);
    }
  }

  /** An interpreter has answered. */
  void answered() {
    if (weights != null) {
      weights.answered();
    }
  }

  /** Packed weights on disk; null where each interpreter packs for itself. */
  @Nullable PackedWeights weights() {
    return weights;
  }

  @Override
  public void close() {
    if (weights != null) {
      weights.close();
    }
    handle.close();
    if (embedder != null) {
      embedder.close();
    }
    if (bytes != null) {
      bytes.close();
    }
    try {
      if (mapped != null) {
        mapped.close();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
