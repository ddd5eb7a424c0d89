package dev.litegraft.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Damage to which files a folder has, and what kind they are. */
final class FolderDamage {
  private static final List<String> ELSEWHERE =
      List.of(
          "/etc/passwd",
          "/dev/zero",
          "/dev/full",
          "/dev/stdin",
          "/proc/self/mem",
          "/",
          ".",
          "..",
          "nowhere",
          "/nowhere/at/all");

  private FolderDamage() {}

  /**
   * @param chosen a file of the folder, relative to it
   * @param donor another checkpoint, to take files from
   */
  static void damage(Path folder, Path chosen, Path donor, Random random) throws IOException {
    Path file = folder.resolve(chosen);
    List<Path> own = Folders.files(folder);
    List<Path> foreign = Folders.files(donor);
    Path mine = folder.resolve(own.get(random.nextInt(own.size())));
    Path taken = foreign.get(random.nextInt(foreign.size()));
    switch (random.nextInt(8)) {
      case 0 -> Files.delete(file);
      case 1 -> {
        Files.delete(file);
        Files.createDirectory(file);
      }
      case 2 -> {
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of(ELSEWHERE.get(random.nextInt(ELSEWHERE.size()))));
      }
      case 3 -> {
        Files.delete(file);
        Files.createSymbolicLink(file, file.getFileName()); // To itself.
      }
      case 4 -> {
        if (!mine.equals(file)) {
          byte[] bytes = Files.readAllBytes(file);
          Files.write(file, Files.readAllBytes(mine));
          Files.write(mine, bytes);
        }
      }
      case 5 -> move(file, file.resolveSibling("x" + file.getFileName()));
      case 6 -> {
        if (Files.isReadable(donor.resolve(chosen))) {
          Files.write(file, Files.readAllBytes(donor.resolve(chosen)));
        }
      }
      default -> {
        Path place = folder.resolve(taken);
        Files.createDirectories(place.getParent());
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
          Files.deleteIfExists(place);
          Files.write(place, Files.readAllBytes(donor.resolve(taken)));
        }
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    if (!Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(from, to);
    }
  }
}
