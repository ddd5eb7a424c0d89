package dev.litegraft.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;

/** The recorded checkpoints in the test resources. */
public final class Golden {
  private Golden() {}

  public static Path folder(String name) {
    Path folder = Path.of("src/test/resources/golden/cases", name);
    if (!Files.isDirectory(folder)) {
      throw new AssertionError("the test data lack " + folder.toAbsolutePath());
    }
    return folder;
  }
}
