package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which file stands behind a path: what was verified must be what is loaded.
 *
 * @param key the file's own key, where the file system has one
 * @param modified when its bytes were last written, as programs may set it
 * @param changed when anything of it was last changed, which no program sets; null where the file
 *     system does not tell
 */
record FileIdentity(
    @Nullable Object key, long bytes, FileTime modified, @Nullable FileTime changed) {
  private static final boolean UNIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

  /** Of the file that is there now; where there is none, of nothing. */
  static FileIdentity of(Path file) throws IOException {
    return Files.exists(file)
        ? there(file)
        : new FileIdentity(null, 0, FileTime.fromMillis(0), null);
  }

  /**
   * Of a file that is there, asked once.
   *
   * @throws java.nio.file.NoSuchFileException if it is not
   */
  static FileIdentity there(Path file) throws IOException {
    if (UNIX) {
      Map<String, Object> now =
          Files.readAttributes(file, "unix:fileKey,size,lastModifiedTime,ctime");
      if (now.get("size") instanceof Long bytes
          && now.get("lastModifiedTime") instanceof FileTime modified
          && now.get("ctime") instanceof FileTime changed) {
        return new FileIdentity(now.get("fileKey"), bytes, modified, changed);
      }
    }
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileIdentity(now.fileKey(), now.size(), now.lastModifiedTime(), null);
  }

  /** Whether another look at the same file shows that it was cut or written to. */
  boolean isRewritten(FileIdentity now) {
    return bytes != now.bytes || !modified.equals(now.modified);
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
