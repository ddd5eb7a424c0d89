package dev.litegraft.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * What tells whether a file's bytes are those that were there before, without reading them: its
 * place on the disk, its size, and when it and its entry were last changed.
 *
 * @param taken when this was asked
 */
record FileStamp(
    long device, long inode, long bytes, FileTime modified, FileTime changed, Instant taken) {
  /**
   * Of the file that a path leads to.
   *
   * @throws UnsupportedOperationException where the file system does not tell
   */
  static FileStamp of(Path file) throws IOException {
    Instant now = Instant.now();
    return new FileStamp(
        number(file, "dev"),
        number(file, "ino"),
        Files.size(file),
        Files.getLastModifiedTime(file),
        (FileTime) Files.getAttribute(file, "unix:ctime"),
        now);
  }

  private static long number(Path file, String name) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:" + name)).longValue();
  }

  /**
   * Whether a later write cannot go unseen because it came too soon after the last one.
   *
   * @param tick two writes that are nearer than this may have the same time
   */
  boolean isSettled(Duration tick) {
    return modified.toInstant().plus(tick).isBefore(taken)
        && changed.toInstant().plus(tick).isBefore(taken);
  }

  /** All but when it was asked, in one line. */
  String line() {
    return device + " " + inode + " " + bytes + " " + modified + " " + changed;
  }

  boolean isOf(Path file) throws IOException {
    return line().equals(of(file).line());
  }
}
