package dev.litegraft;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Whether an output may be where it is asked for: not over what it is made from. */
final class OutputPlace {
  /** Folders in folders that a checkpoint has: {@code 1_Pooling}, {@code onnx}. */
  private static final int DEPTH = 3;

  private OutputPlace() {}

  /**
   * Checks that a target is no file of the folders that are read, also over links. A {@code
   * .tflite} that stands there may be written again.
   *
   * @throws InvalidInputException if it is one of them
   */
  static void require(Path target, List<Path> folders) throws IOException {
    String name = String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT);
    if (!Files.isRegularFile(target)) {
      return;
    }
    for (Path folder : folders) {
      List<Path> files;
      try (Stream<Path> all = Files.find(folder, DEPTH, (file, a) -> Files.isRegularFile(file))) {
        files = all.toList();
      }
      for (Path file : files) {
        boolean tflite =
            name.endsWith(".tflite")
                && String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".tflite");
        if (!tflite && Files.isSameFile(file, target)) {
          throw new InvalidInputException(
              "the output is a file of the checkpoint, which would be lost: " + file,
              target.toAbsolutePath().toString(),
              "name another file: -o model.tflite");
        }
      }
    }
  }
}
