package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file stands behind a path: what was verified must be what is loaded.
 *
 * @param key the file's own key, where the file system has one
 */
record FileIdentity(@Nullable Object key, long bytes, FileTime changed) {
  /** Of the file that is there now; where there is none, of nothing. */
  static FileIdentity of(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new FileIdentity(null, 0, FileTime.fromMillis(0));
    }
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileIdentity(attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
  }

  /**
   * Whether it is this file that is there now, and it is not as it was. Where the file system has
   * no keys, nothing is known of that.
   */
  boolean isRewritten(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return key != null
          && key.equals(now.fileKey())
          && (bytes != now.size() || !changed.equals(now.lastModifiedTime()));
    } catch (IOException e) {
      return false; // It was removed, which leaves what is mapped as it is.
    }
  }

  /**
   * Checks that the same file is there still, unchanged.
   *
   * @throws InvalidFileException if it was replaced or written to
   */
  void require(Path file) throws IOException {
    if (!Objects.equals(this, of(file))) {
      throw new InvalidFileException(
          "the file was replaced or changed while it was opened",
          file.toString(),
          "open it again when whoever writes it is done");
    }
  }
}
