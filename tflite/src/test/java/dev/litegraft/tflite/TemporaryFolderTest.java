package dev.litegraft.tflite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TemporaryFolderTest {
  /** The number of a process that is gone. */
  private static long gone() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(), "-XshowSettings:none")
            .redirectErrorStream(true)
            .start();
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    return process.pid();
  }

  private static Path left(long process) throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    Path left = folder.resolve("litegraft-test-" + process + "-" + System.nanoTime());
    Files.createDirectory(left);
    Files.createFile(left.resolve(".lock"));
    Files.writeString(left.resolve("model.tflite"), "x");
    return left;
  }

  @Test
  void whatIsInItGoesWithIt() throws IOException {
    Path path;
    try (TemporaryFolder folder = TemporaryFolder.of("test")) {
      path = folder.path();
      Files.writeString(Files.createDirectory(folder.resolve("in")).resolve("file"), "x");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void thoseOfKilledProcessesGoWithTheNextOne() throws IOException, InterruptedException {
    Path left = left(gone());
    TemporaryFolder.of("test").close();
    assertThat(left).doesNotExist();
  }

  @Test
  void thoseOfLivingProcessesAndWhatOthersCallAlikeStay() throws IOException, InterruptedException {
    Path living = left(ProcessHandle.current().pid());
    long process = gone();
    Path unlocked = left(process);
    Files.delete(unlocked.resolve(".lock"));
    Path link = unlocked.resolveSibling("litegraft-test-" + process + "-1" + System.nanoTime());
    try {
      Files.createSymbolicLink(link, living);
      TemporaryFolder.of("test").close();
      assertThat(living.resolve("model.tflite")).exists();
      assertThat(unlocked.resolve("model.tflite")).exists();
      assertThat(link).exists();
    } finally {
      Files.deleteIfExists(link);
      for (Path folder : java.util.List.of(living, unlocked)) {
        Files.deleteIfExists(folder.resolve(".lock"));
        Files.deleteIfExists(folder.resolve("model.tflite"));
        Files.deleteIfExists(folder);
      }
    }
  }
}
