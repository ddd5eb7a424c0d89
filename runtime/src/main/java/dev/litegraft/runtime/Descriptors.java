package dev.litegraft.runtime;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files that this process has open, under names that lead to these very files, whatever becomes
 * of their own names.
 */
final class Descriptors {
  private static final Path ALL = Path.of("/proc/self/fd");

  private Descriptors() {}

  /**
   * All of one target.
   *
   * @param target how it begins: a path, or {@code /memfd:} and a name
   */
  static Set<Path> of(String target) throws IOException {
    Set<Path> found = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(ALL)) {
      for (Path one : all) {
        if (target(one).startsWith(target)) {
          found.add(one);
        }
      }
    }
    return found;
  }

  private static String target(Path one) throws IOException {
    try {
      return Files.readSymbolicLink(one).toString();
    } catch (NoSuchFileException e) {
      return ""; // Closed meanwhile.
    }
  }
}
