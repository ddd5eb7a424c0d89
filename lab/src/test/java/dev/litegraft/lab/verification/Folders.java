package dev.litegraft.lab.verification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkpoints of the tests, and copies of them with a fault. */
final class Folders {
  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");
  private static final List<String> RECORDED =
      List.of("expected.json", "hidden_states.safetensors");

  private Folders() {}

  /** A recorded checkpoint. */
  static Path golden(String name) {
    return present(CASES.resolve(name));
  }

  /** The checkpoint with a tokenizer and names of labels. */
  static Path example() {
    return present(Path.of("..", "examples", "ko-movie-reviews"));
  }

  private static Path present(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new AssertionError("the test data lack " + folder.toAbsolutePath());
    }
    return folder;
  }

  /** A copy in {@code to}, in one file of which a text is another one. */
  static Path copy(Path folder, Path to, String file, String before, String after)
      throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> list = Files.list(folder)) {
      for (Path path : list.filter(Files::isRegularFile).toList()) {
        if (!RECORDED.contains(path.getFileName().toString())) {
          Files.copy(path, to.resolve(path.getFileName()));
        }
      }
    }
    Path changed = to.resolve(file);
    String text = Files.readString(changed);
    if (!text.contains(before)) {
      throw new AssertionError(changed + " has no " + before);
    }
    Files.writeString(changed, text.replace(before, after));
    return to;
  }
}
