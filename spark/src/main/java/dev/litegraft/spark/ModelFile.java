package dev.litegraft.spark;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFiles;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * How a {@code .tflite} file comes to the executors: its bytes, broadcast by the driver, or a path
 * that each of them has, or the name of a file that was given with {@code --files}.
 *
 * @param key the same for the same content where it is broadcast, else the path, to which {@link
 *     #stamp} belongs
 * @param bytes of the broadcast; absent where executors open the path
 */
record ModelFile(String path, String key, @Nullable Broadcast<byte[]> bytes, boolean plainText)
    implements Serializable {
  /** The driver reads the file and sends it, once a process. */
  static final String BROADCAST = "broadcast";

  /** Each executor opens the path, which memory maps share between its processes. */
  static final String PATH = "path";

  /**
   * A file as the driver knows it.
   *
   * @param distribution {@link #BROADCAST} or {@link #PATH}
   * @throws InvalidRequestException if it is to be broadcast and is not there, or is too large
   */
  static ModelFile of(SparkContext spark, String path, String distribution, boolean plainText)
      throws IOException {
    if (distribution.equals(PATH)) {
      return new ModelFile(path, path + plainText, null, plainText);
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(Path.of(path));
    } catch (NoSuchFileException e) {
      throw new InvalidRequestException(
          "there is no such file on the driver",
          path,
          "a path of the driver, or distribution=path");
    } catch (OutOfMemoryError e) {
      throw new InvalidRequestException(
          "the file does not fit into one broadcast: " + e.getMessage(),
          path,
          "distribution=path, and the file on each executor (--files)");
    }
    Broadcast<byte[]> broadcast = JavaSparkContext.fromSparkContext(spark).broadcast(bytes);
    return new ModelFile(path, sha256(bytes) + plainText, broadcast, plainText);
  }

  /** Opens the model in this process, for so many calls at a time. */
  RawModel open(int interpreters) throws IOException {
    RuntimeOptions options =
        RuntimeOptions.defaults()
            .withThreads(1)
            .withInterpreters(Math.min(interpreters, 256))
            .withPlainText(plainText);
    if (bytes != null) {
      return RawModel.open(ByteBuffer.wrap(bytes.value()), options);
    }
    return RawModel.open(here(), options);
  }

  /**
   * What tells the file that this process would open now from those that were there before; the
   * same for all where the bytes are broadcast. A file that is put in another's place has a key of
   * its own on the disk even if size and time are the other's.
   *
   * @throws IOException if executors are to open the path, and it is not there
   */
  String stamp() throws IOException {
    if (bytes != null) {
      return "";
    }
    BasicFileAttributes now = Files.readAttributes(here(), BasicFileAttributes.class);
    return now.size() + " " + now.lastModifiedTime() + " " + now.fileKey();
  }

  private Path here() {
    Path here = Path.of(path);
    return Files.exists(here) || here.isAbsolute() ? here : Path.of(SparkFiles.get(path));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Each JDK has it.
    }
  }
}
