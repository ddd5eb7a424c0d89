package dev.litegraft.runtime;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files that this process has open, under names that lead to these very files, whatever becomes
 * of their own names.
 */
final class Descriptors {
  private static final Path ALL = Path.of("/proc/self/fd");

  private static final AtomicLong MARKS = new AtomicLong();

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

  /**
   * The one of a file that is open; absent where the system does not tell. It is known by the place
   * at which it is about to be read, which is moved for that.
   *
   * @param length of the file in bytes
   */
  static Optional<Path> of(RandomAccessFile file, Path path, long length) {
    if (!Files.isDirectory(ALL)) {
      return Optional.empty();
    }
    try {
      long place = length - MARKS.incrementAndGet() % Math.max(1, length);
      List<Path> found = new ArrayList<>();
      file.seek(place);
      for (Path one : of(path.toRealPath().toString())) {
        if (place(one) == place) {
          found.add(one);
        }
      }
      file.seek(0);
      return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
  }

  private static long place(Path one) throws IOException {
    Path about = Path.of("/proc/self/fdinfo").resolve(String.valueOf(one.getFileName()));
    try {
      return Files.readAllLines(about).stream()
          .filter(line -> line.startsWith("pos:"))
          .mapToLong(line -> Long.parseLong(line.substring("pos:".length()).strip()))
          .findFirst()
          .orElse(-1);
    } catch (NoSuchFileException e) {
      return -1; // Closed meanwhile.
    }
  }

  private static String target(Path one) throws IOException {
    try {
      return Files.readSymbolicLink(one).toString();
    } catch (NoSuchFileException e) {
      return ""; // Closed meanwhile.
    }
  }
}
