package dev.litegraft.fuzz;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Folders of files, copied, removed and compared; links are not followed. */
final class Folders {
  private Folders() {}

  /** The paths of the regular files in a folder, sorted, relative to it. */
  static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
          .map(folder::relativize)
          .sorted()
          .toList();
    }
  }

  /** The folders in a folder, and the archives in it as folders, all in a new one. */
  static Path unpacked(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> list = Files.list(from)) {
      all = list.sorted().toList();
    }
    for (Path base : all) {
      String name = String.valueOf(base.getFileName());
      if (Files.isDirectory(base)) {
        copy(base, Files.createDirectories(to.resolve(name)));
      } else if (name.endsWith(".zip")) {
        try (FileSystem zip = FileSystems.newFileSystem(base)) {
          Path root = zip.getPath("/");
          for (Path file : files(root)) {
            Path place = to.resolve(name.replace(".zip", "")).resolve(file.toString());
            Files.createDirectories(place.getParent());
            Files.write(place, Files.readAllBytes(root.resolve(file)));
          }
        }
      }
    }
    return to;
  }

  static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path place = to.resolve(file);
      Files.createDirectories(place.getParent());
      Files.write(place, Files.readAllBytes(from.resolve(file)));
    }
  }

  static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path dir, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** What is in a folder: each path with its size and time, to see whether something changed. */
  static String state(Path folder) throws IOException {
    TreeMap<String, String> state = new TreeMap<>();
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.forEach(paths::add);
    }
    for (Path path : paths) {
      BasicFileAttributes a =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      state.put(
          folder.relativize(path).toString(),
          a.isRegularFile() ? a.size() + " " + a.lastModifiedTime() : "");
    }
    return state.toString();
  }
}
