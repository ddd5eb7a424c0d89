package dev.litegraft.tflite;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.tensor.RawTensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Reads a {@code .tflite} of any origin. The file is untrusted: every offset, count and index is
 * checked before it is used, and no more memory is taken than the tables justify.
 *
 * <p>Constants and associated files are read when they are asked for; they may be read by several
 * threads, until the reader is closed.
 */
public final class TfliteReader implements AutoCloseable {
  /** An associated file larger than this is not read into memory. */
  static final long LARGEST_FILE = 1 << 28;

  private final FileChannel channel;
  private final String where;
  private final TfliteModel model;

  private TfliteReader(FileChannel channel, String where, TfliteModel model) {
    this.channel = channel;
    this.where = where;
    this.model = model;
  }

  /**
   * Opens a file and reads its tables.
   *
   * @throws InvalidInputException if there is no such file, it is of another kind, or it is damaged
   * @throws IOException if the disk fails
   */
  public static TfliteReader open(Path path) throws IOException {
    String where = path.toString();
    if (Files.isDirectory(path)) {
      throw new InvalidInputException(
          "a folder was given, and a .tflite file is needed", where, "name the file itself");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new InvalidInputException(
          "a pipe or device was given, and a .tflite file is needed: it is read at many places",
          where,
          "write it to a file first");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(path);
    } catch (NoSuchFileException e) {
      InvalidInputException fault =
          new InvalidInputException("there is no such file", where, "check the path");
      fault.initCause(e);
      throw fault;
    }
    try {
      FileWindow window = new FileWindow(channel, where);
      FileKind.require(window, where);
      return new TfliteReader(channel, where, ModelParser.parse(window));
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /** What is in the file. */
  public TfliteModel model() {
    return model;
  }

  /**
   * The numbers of a constant: as they are stored through {@link RawTensorData#readBytes}, and as
   * f32, with quantization undone, through {@link RawTensorData#read}.
   *
   * @throws InvalidInputException if the tensor is no constant, is of a type that has no numbers,
   *     or its bytes and scales do not fit its shape
   */
  public RawTensorData constant(TfliteModel.Tensor tensor) throws IOException {
    return StoredConstant.open(channel, where, model, tensor);
  }

  /**
   * The bytes of an associated file, if there is one of this name: as it is stored, or inflated,
   * where the facts say that it is compressed.
   *
   * @throws InvalidInputException if it is damaged
   */
  public Optional<byte[]> file(String name) throws IOException {
    Optional<TfliteModel.StoredFile> plain = model.file(name);
    if (plain.isPresent()) {
      return Optional.of(read(plain.get()));
    }
    Optional<TfliteModel.StoredFile> gzip = model.file(name + GzipFile.SUFFIX);
    if (gzip.isEmpty()) {
      return Optional.empty();
    }
    ModelFacts.Compressed said =
        facts().map(facts -> facts.compressed().get(gzip.get().name())).orElse(null);
    if (said == null) {
      return Optional.empty();
    }
    return Optional.of(GzipFile.inflate(read(gzip.get()), said, gzip.get(), where));
  }

  /**
   * What Litegraft wrote of the model; absent in a file of another program.
   *
   * @throws InvalidInputException if it is damaged, or of a newer Litegraft
   */
  public Optional<ModelFacts> facts() throws IOException {
    Optional<TfliteModel.StoredFile> file = model.file(ModelFacts.FILE_NAME);
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(ModelFacts.read(read(file.get()), where + ", file " + ModelFacts.FILE_NAME));
  }

  /** Bytes of the file, which the tables have shown to be there. */
  ByteBuffer bytes(long position, int count) throws IOException {
    byte[] bytes = new byte[count];
    FileWindow.read(channel, position, ByteBuffer.wrap(bytes), where);
    return Constant.little(bytes);
  }

  private byte[] read(TfliteModel.StoredFile file) throws IOException {
    if (file.bytes() > LARGEST_FILE) {
      throw FileWindow.fault(
          "the file " + file.name() + " inside of it has " + file.bytes() + " bytes",
          file.position(),
          where);
    }
    byte[] bytes = new byte[(int) file.bytes()];
    FileWindow.read(channel, file.position(), ByteBuffer.wrap(bytes), where);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if ((int) crc.getValue() != file.crc()) {
      throw FileWindow.fault(
          "the file " + file.name() + " inside of it does not match its checksum",
          file.position(),
          where);
    }
    return bytes;
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
