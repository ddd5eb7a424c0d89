package dev.litegraft.tflite;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A file that travels inside a {@code .tflite}, where any ZIP tool finds it.
 *
 * @param name its name in the archive; no folders
 * @param description one sentence for people
 * @param type what clients take it for
 * @param content its bytes
 */
public record AssociatedFile(String name, String description, Type type, Content content) {
  public AssociatedFile {
    if (name.isEmpty() || name.contains("/") || name.contains("\\")) {
      throw new IllegalArgumentException("\"" + name + "\" is no plain file name");
    }
  }

  /** What a file is. Source: {@code enum AssociatedFileType} of {@code metadata_schema.fbs}. */
  public enum Type {
    UNKNOWN(0),
    DESCRIPTIONS(1),
    /** One label a line, in the order of the output's last axis. */
    LABELS(2),
    VOCABULARY(5);

    private final byte code;

    Type(int code) {
      this.code = (byte) code;
    }

    byte code() {
      return code;
    }
  }

  /** The bytes of a file; asked for once, after the weights are written. */
  @FunctionalInterface
  public interface Content {
    /** Writes all bytes. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** A file with this text in UTF-8. */
  public static AssociatedFile of(String name, String description, Type type, String text) {
    return late(name, description, type, () -> text);
  }

  /** A copy of a file on disk. */
  public static AssociatedFile copy(String name, String description, Type type, Path source) {
    return new AssociatedFile(name, description, type, out -> Files.copy(source, out));
  }

  /**
   * A file that is compressed with gzip, and stored as the archive's entry {@code name} + {@code
   * .gz}: archives stay uncompressed, so that a file's place is where it says.
   *
   * @param plain its bytes
   */
  public static AssociatedFile gzip(String name, String description, Type type, byte[] plain) {
    return new AssociatedFile(
        name + GzipFile.SUFFIX, description, type, out -> GzipFile.write(plain, out));
  }

  /** A file whose text is known only when the weights are written. */
  public static AssociatedFile late(
      String name, String description, Type type, Supplier<String> text) {
    return new AssociatedFile(
        name, description, type, out -> out.write(text.get().getBytes(StandardCharsets.UTF_8)));
  }
}
