package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where names and links of a checkpoint's folder lead: nothing outside of it is read for its sake.
 * Links are followed to regular files inside the folder, to the {@code blobs} of the same Hub
 * repository, where the cache of huggingface_hub keeps what its snapshots link to, and to the store
 * that the repositories of that cache share.
 */
final class FolderLinks {
  private static final int DEPTH = 3;

  /** What a checkpoint is read from. */
  private static final Set<String> READ =
      Set.of("json", "safetensors", "txt", "model", "jinja", "bin", "pkl");

  private static final String SHARED = ".huggingface-shared-blobs";

  private FolderLinks() {}

  /**
   * A folder that a file of the checkpoint names.
   *
   * @return {@code folder} itself for an empty name; empty if the name is absolute, holds {@code
   *     ..}, or is no name
   */
  static Optional<Path> inside(Path folder, String name) {
    Path path = folder;
    boolean absolute = name.startsWith("/") || name.startsWith("\\") || name.indexOf(':') == 1;
    if (absolute || name.chars().anyMatch(Character::isISOControl)) {
      return Optional.empty();
    }
    for (String part : name.split("[/\\\\]", -1)) {
      if (part.equals("..")) {
        return Optional.empty();
      }
      if (!part.isEmpty() && !part.equals(".")) {
        path = path.resolve(part);
      }
    }
    return Optional.of(path);
  }

  /**
   * Checks the links of a folder, and that what is read is no pipe or device.
   *
   * @throws InvalidInputException that names the first link that leads elsewhere
   */
  static void require(Path folder) throws IOException {
    Path real = folder.toRealPath();
    List<Path> blobs = blobs(real);
    Files.walkFileTree(
        folder,
        EnumSet.noneOf(java.nio.file.FileVisitOption.class),
        DEPTH,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            if (isRead(file) || Files.isDirectory(file)) {
              check(file, real, blobs);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // What cannot be read is told where it is needed.
          }
        });
  }

  private static boolean isRead(Path file) {
    String name = String.valueOf(file.getFileName());
    return READ.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static void check(Path file, Path folder, List<Path> blobs) throws IOException {
    Path target;
    try {
      target = file.toRealPath();
    } catch (NoSuchFileException e) {
      return; // A link to nothing: what needs it says that it is not there.
    }
    boolean link = !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    boolean near = target.startsWith(folder) || blobs.stream().anyMatch(target::startsWith);
    if (link && !near && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidInputException(
          "the folder has a link that leads out of it, to " + target,
          file.toString(),
          "convert a copy of the folder that holds the file itself, or the folder where it is");
    }
    if (isRead(file) && !Files.isRegularFile(target) && !Files.isDirectory(target)) {
      throw new InvalidInputException(
          "a pipe or device was found, and a file is needed",
          file.toString(),
          "write it to a file first");
    }
  }

  /**
   * {@code models--org--name/blobs} of a folder {@code models--org--name/snapshots/REVISION}, and
   * {@code blobs} beside {@code models--org--name}, where it is marked as the cache's own.
   *
   * <p>Source: utils/_shared_blobs.py of huggingface_hub 1.33.
   */
  private static List<Path> blobs(Path folder) {
    for (Path at = folder; at != null && at.getParent() != null; at = at.getParent()) {
      Path parent = at.getParent();
      Path model = parent.getParent();
      if (parent.endsWith("snapshots") && model != null) {
        return Stream.of(model.resolve("blobs"), model.resolveSibling("blobs"))
            .filter(blobs -> Files.isDirectory(blobs, LinkOption.NOFOLLOW_LINKS))
            .filter(blobs -> blobs.startsWith(model) || Files.isRegularFile(blobs.resolve(SHARED)))
            .toList();
      }
    }
    return List.of();
  }
}
