package dev.litegraft;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Whether an output may be where it is asked for: not over what it is made from. */
public final class OutputPlace {
  /** Folders in folders that a checkpoint has: {@code 1_Pooling}, {@code onnx}. */
  private static final int DEPTH = 3;

  private OutputPlace() {}

  /**
   * Checks that a target is none of the files that are read, also over links. A {@code .tflite}
   * that stands in a folder may be written again.
   *
   * @param read files, and folders of which every file counts
   * @throws InvalidInputException if it is one of them
   */
  public static void require(Path target, List<Path> read) throws IOException {
    if (!Files.isRegularFile(target)) {
      return;
    }
    for (Path place : read) {
      if (Files.isDirectory(place)) {
        requireOutside(target, place);
      } else if (Files.exists(place) && Files.isSameFile(place, target)) {
        throw lost("the output is a file that is read, which would be lost: " + place, target);
      }
    }
  }

  private static void requireOutside(Path target, Path folder) throws IOException {
    boolean again = isTflite(target);
    List<Path> files;
    try (Stream<Path> all = Files.find(folder, DEPTH, (file, a) -> Files.isRegularFile(file))) {
      files = all.toList();
    }
    for (Path file : files) {
      if (!(again && isTflite(file)) && Files.isSameFile(file, target)) {
        throw lost("the output is a file of the checkpoint, which would be lost: " + file, target);
      }
    }
  }

  private static boolean isTflite(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".tflite");
  }

  private static InvalidInputException lost(String what, Path target) {
    return new InvalidInputException(
        what, target.toAbsolutePath().toString(), "name another file: -o model.tflite");
  }
}
