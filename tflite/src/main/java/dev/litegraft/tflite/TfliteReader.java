package dev.litegraft.tflite;

import dev.litegraft.error.InvalidFileException;
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
 * Reads a {@code .tflite} of any origin, or the encoder of a {@code .litertlm}. The file is
 * untrusted: every offset, count and index is checked before it is used, and no more memory is
 * taken than the tables justify.
 *
 * <p>Constants and associated files are read when they are asked for; they may be read by several
 * threads, until the reader is closed.
 */
public final class TfliteReader implements AutoCloseable {
  /** An associated file larger than this is not read into memory. */
  static final long LARGEST_FILE = 1 << 28;

  private final ByteSource whole;
  private final ByteSource source;
  private final Optional<Bundle> bundle;
  private final String where;
  private final TfliteModel model;

  private TfliteReader(
      ByteSource whole,
      ByteSource source,
      String where,
      TfliteModel model,
      Optional<Bundle> bundle) {
    this.whole = whole;
    this.bundle = bundle;
    this.source = source;
    this.where = where;
    this.model = model;
  }

  /**
   * Opens a file and reads its tables.
   *
   * @throws InvalidFileException if there is no such file, it is of another kind, or it is damaged
   * @throws IOException if the disk fails
   */
  public static TfliteReader open(Path path) throws IOException {
    String where = path.toString();
    if (Files.isDirectory(path)) {
      throw new InvalidFileException(
          "a folder was given, and a .tflite file is needed", where, "name the file itself");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new InvalidFileException(
          "a pipe or device was given, and a .tflite file is needed: it is read at many places",
          where,
          "write it to a file first");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(path);
    } catch (NoSuchFileException e) {
      InvalidFileException fault =
          new InvalidFileException("there is no such file", where, "check the path");
      fault.initCause(e);
      throw fault;
    }
    return open(ByteSource.of(channel), where);
  }

  /**
   * Reads the tables of a file in memory: what stands between the buffer's position and its limit,
   * which must stay as it is while it is read.
   *
   * @throws InvalidFileException if it is of another kind, or damaged
   */
  public static TfliteReader open(ByteBuffer bytes) throws IOException {
    return open(bytes, "a buffer of " + bytes.remaining() + " bytes");
  }

  /**
   * {@link #open(ByteBuffer)} of what messages call {@code where}: the path that it was read from.
   */
  public static TfliteReader open(ByteBuffer bytes, String where) throws IOException {
    return open(ByteSource.of(bytes), where);
  }

  private static TfliteReader open(ByteSource source, String where) throws IOException {
    try {
      if (Bundle.isOne(source)) {
        Bundle bundle = Bundle.read(source, where);
        return open(source, bundle.source(bundle.encoder()), where, Optional.of(bundle));
      }
      return open(source, source, where, Optional.empty());
    } catch (Throwable e) {
      source.close();
      throw e;
    }
  }

  private static TfliteReader open(
      ByteSource whole, ByteSource source, String where, Optional<Bundle> bundle)
      throws IOException {
    FileWindow window = new FileWindow(source, where);
    FileKind.require(window, where);
    return new TfliteReader(whole, source, where, ModelParser.parse(window), bundle);
  }

  /** A part of a file, which is closed with that. */
  static TfliteReader part(ByteSource source, String where) throws IOException {
    return open(source, source, where, Optional.empty());
  }

  /** Of a {@code .litertlm}, of which this reads the encoder, the whole. */
  public Optional<Bundle> bundle() {
    return bundle;
  }

  /** What messages call the file: its path, or that it is a buffer. */
  public String where() {
    return where;
  }

  /** What is in the file. */
  public TfliteModel model() {
    return model;
  }

  /**
   * The numbers of a constant: as they are stored through {@link RawTensorData#readBytes}, and as
   * f32, with quantization undone, through {@link RawTensorData#read}.
   *
   * @throws InvalidFileException if the tensor is no constant, is of a type that has no numbers, or
   *     its bytes and scales do not fit its shape
   */
  public RawTensorData constant(TfliteModel.Tensor tensor) throws IOException {
    return StoredConstant.open(source, where, model, tensor);
  }

  /**
   * The bytes of an associated file, of a bundle also of its tokenizer, if there is one of this
   * name: as it is stored, or inflated from {@code name.gz}, whose size and hash the facts say. In
   * a file without facts, which is another program's, nothing is inflated.
   *
   * @throws InvalidFileException if it is damaged, or compressed and the facts do not know it
   */
  public Optional<byte[]> file(String name) throws IOException {
    Optional<Content> content = content(name);
    return content.isEmpty() ? Optional.empty() : Optional.of(content.get().bytes());
  }

  /** An associated file that has been read, and is inflated when it is asked for. */
  public interface Content {
    /**
     * Its plain bytes.
     *
     * @throws InvalidFileException if what is compressed is damaged
     */
    byte[] bytes() throws IOException;
  }

  /**
   * As {@link #file}; what is compressed is not inflated yet. That may be done by another thread,
   * and after the reader was closed.
   */
  public Optional<Content> content(String name) throws IOException {
    Optional<TfliteModel.StoredFile> plain = model.file(name);
    if (plain.isPresent()) {
      byte[] bytes = read(plain.get());
      return Optional.of(() -> bytes);
    }
    Optional<TfliteModel.StoredFile> gzip = model.file(name + GzipFile.SUFFIX);
    if (gzip.isEmpty()) {
      return bundle.isPresent() && name.equals(ModelFacts.TOKENIZER_NAME)
          ? bundle.get().tokenizer().map(bytes -> () -> bytes)
          : Optional.empty();
    }
    Optional<ModelFacts> facts = facts();
    if (facts.isEmpty()) {
      return Optional.empty();
    }
    ModelFacts.Compressed said = facts.get().compressed().get(gzip.get().name());
    if (said == null) {
      throw FileWindow.fault(
          "the file " + gzip.get().name() + " inside of it has a size that the facts do not say",
          gzip.get().position(),
          where);
    }
    byte[] packed = read(gzip.get());
    return Optional.of(() -> GzipFile.inflate(packed, said, gzip.get(), where));
  }

  /**
   * What Litegraft wrote of the model; absent in a file of another program.
   *
   * @throws InvalidFileException if it is damaged, or of a newer Litegraft
   */
  public Optional<ModelFacts> facts() throws IOException {
    Optional<TfliteModel.StoredFile> file = model.file(ModelFacts.FILE_NAME);
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(ModelFacts.read(read(file.get()), where + ", file " + ModelFacts.FILE_NAME));
  }

  /**
   * What the file's {@code TFLITE_METADATA} tells clients; absent where there is none, or it cannot
   * be read, as clients cannot read it either.
   */
  public Optional<FileMetadata> metadata() throws IOException {
    Integer index = model.metadata().get(TfliteFormat.METADATA_NAME);
    if (index == null) {
      return Optional.empty();
    }
    try {
      FileWindow window = new FileWindow(source, where);
      return Optional.of(FileMetadata.read(window, model.buffers().get(index)));
    } catch (InvalidFileException e) {
      return Optional.empty();
    }
  }

  /** Bytes of the file, which the tables have shown to be there. */
  ByteBuffer bytes(long position, int count) throws IOException {
    byte[] bytes = new byte[count];
    FileWindow.read(source, position, ByteBuffer.wrap(bytes), where);
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
    FileWindow.read(source, file.position(), ByteBuffer.wrap(bytes), where);
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
    whole.close();
  }
}
