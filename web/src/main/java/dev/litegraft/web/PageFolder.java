package dev.litegraft.web;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The place of a page: it is written beside it under a hidden name, and takes it when it is
 * complete. Only folders are replaced in which nothing but a page stands.
 */
final class PageFolder {
  /** Larger ones are no list of a page's files. */
  private static final long LARGEST_INDEX = 1 << 20;

  private final Path place;

  private PageFolder(Path place) {
    this.place = place;
  }

  /**
   * A place that may be written.
   *
   * @throws InvalidInputException if it is no folder, has other files in it, or none can be made
   */
  static PageFolder at(Path wanted) throws IOException {
    Path absolute = wanted.toAbsolutePath().normalize();
    Path place = Files.exists(absolute) ? absolute.toRealPath() : absolute;
    Path parent = place.getParent();
    if (Files.exists(place) && !Files.isDirectory(place)) {
      throw unusable("the output is a file, and it must be a folder", place);
    }
    if (parent == null || !Files.isDirectory(parent)) {
      throw unusable("the folder of the output does not exist: " + parent, place);
    }
    if (Files.isSymbolicLink(absolute) && !Files.exists(absolute)) {
      throw unusable("the output is a link to what is not there", absolute);
    }
    if (Files.isDirectory(place)) {
      List<Path> strange = strange(place);
      if (!strange.isEmpty()) {
        throw unusable(
            "the folder is neither empty nor a page of Litegraft's, and would be lost: it has "
                + strange.get(0).getFileName()
                + (strange.size() > 1 ? " and " + (strange.size() - 1) + " more" : ""),
            place);
      }
    }
    return new PageFolder(place);
  }

  private static InvalidInputException unusable(String what, Path where) {
    return new InvalidInputException(
        what, where.toString(), "name a new folder, or an empty one, in one that is there");
  }

  /** What stands in a folder and is no part of a page. */
  private static List<Path> strange(Path folder) throws IOException {
    Path index = folder.resolve(WebPage.INDEX);
    Set<String> own = Set.of();
    if (Files.isRegularFile(index, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Map<String, @Nullable Object> json = Json.read(index, LARGEST_INDEX);
        if (json.get("sizes") instanceof Map<?, ?> sizes && sizes.containsKey(WebPage.MODEL)) {
          own = new java.util.HashSet<>(sizes.keySet().stream().map(String::valueOf).toList());
          own.addAll(List.of(WebPage.INDEX, "sw.js"));
        }
      } catch (InvalidInputException e) {
        // Somebody else's file of this name.
      }
    }
    List<Path> strange = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !own.contains(name)) {
          strange.add(path);
        }
      }
    }
    return strange;
  }

  /** Refuses what would be overwritten while it is read. */
  void requireOutside(Path input, String name) throws IOException {
    if (Files.exists(input) && input.toRealPath().startsWith(place)) {
      throw new InvalidInputException(
          name + " stands in the folder that is to be written, and would be lost",
          input.toString(),
          "name another folder for the page");
    }
  }

  Path path() {
    return place;
  }

  Draft draft() throws IOException {
    return new Draft();
  }

  /** The page that is being written. It is removed if it is not finished. */
  final class Draft implements AutoCloseable {
    private final Path hidden;
    private final Thread cleaner;

    private Draft() throws IOException {
      String start = "." + place.getFileName() + ".";
      removeLeftOver(start);
      hidden =
          place.resolveSibling(
              start + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()));
      try {
        Files.createDirectory(hidden);
      } catch (AccessDeniedException e) {
        throw unusable("the output cannot be written: its folder is read-only", place);
      }
      cleaner = new Thread(() -> delete(hidden), "litegraft-page");
      Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /** Of runs that were killed. */
    private void removeLeftOver(String start) throws IOException {
      try (DirectoryStream<Path> beside = Files.newDirectoryStream(place.resolveSibling(""))) {
        for (Path path : beside) {
          String name = String.valueOf(path.getFileName());
          if (name.startsWith(start)
              && name.substring(start.length()).matches("\\d{1,18}-[0-9a-f]{1,16}")
              && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
              && ProcessHandle.of(Long.parseLong(name.substring(start.length()).split("-", 2)[0]))
                  .isEmpty()) {
            delete(path);
          }
        }
      }
    }

    Path path(String name) throws IOException {
      Path path = hidden.resolve(name);
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      return path;
    }

    void write(String name, byte[] bytes) throws IOException {
      try {
        Files.write(path(name), bytes);
      } catch (FileSystemException e) {
        InvalidInputException fault =
            new InvalidInputException(
                "the page cannot be written: " + e.getMessage(),
                place.toString(),
                "free some space, or choose another disk; what was there before is unchanged");
        fault.initCause(e);
        throw fault;
      }
    }

    /** Puts it in its place. */
    void finish() throws IOException {
      if (!Files.exists(place)) {
        Files.move(hidden, place, StandardCopyOption.ATOMIC_MOVE);
        return;
      }
      Path before = hidden.resolveSibling(hidden.getFileName() + "0");
      Files.move(place, before, StandardCopyOption.ATOMIC_MOVE);
      try {
        Files.move(hidden, place, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        Files.move(before, place, StandardCopyOption.ATOMIC_MOVE);
        throw e;
      }
      delete(before);
    }

    @Override
    public void close() {
      delete(hidden);
      try {
        Runtime.getRuntime().removeShutdownHook(cleaner);
      } catch (IllegalStateException e) {
        // The JVM is going down: the hook is running or has run.
      }
    }
  }

  private static void delete(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Deque<Path> innermostFirst = new ArrayDeque<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.forEach(innermostFirst::push);
      for (Path path : innermostFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // A hidden folder that stays harms nobody; the next page removes it.
    }
  }
}
