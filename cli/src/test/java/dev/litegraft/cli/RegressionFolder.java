package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A model of one number. */
final class RegressionFolder {
  private static final Path CROSS_ENCODER = RecordedTask.CASES.resolve("cross-encoder/model");

  private RegressionFolder() {}

  /**
   * A copy of a CrossEncoder's folder whose number is called a regression's.
   *
   * @param ranks whether it is still a CrossEncoder's, or a plain one of transformers
   */
  static Path copy(Path folder, boolean ranks) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(CROSS_ENCODER)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (ranks || !name.matches("modules.json|.*sentence.*")) {
          Files.copy(file, folder.resolve(name));
        }
      }
    }
    Path config = folder.resolve("config.json");
    String json = Files.readString(config);
    String regression = json.replaceFirst("\\{", "{\"problem_type\": \"regression\",");
    assertThat(regression).isNotEqualTo(json);
    Files.writeString(config, regression);
    return folder;
  }
}
