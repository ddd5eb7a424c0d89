package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who makes the class data, and what is left when it cannot be made. */
@DisabledOnOs(OS.WINDOWS)
class ClassDataTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("a cache/classes.jsa");
  }

  private Path fresh() {
    return folder.resolve("a cache/classes.jsa.1");
  }

  private void make(String script) throws IOException, InterruptedException {
    new ClassData(file()).make(fresh(), List.of("/bin/sh", "-c", script, "sh", fresh() + ""));
  }

  private List<String> left() throws IOException {
    try (var files = Files.list(file().resolveSibling("."))) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }

  @Test
  void whatWasMadeTakesItsPlace() throws Exception {
    make("echo classes >\"$1\"");
    assertThat(file()).hasContent("classes");
    assertThat(left()).containsExactly("classes.jsa");
  }

  @Test
  void aFailureIsNotTriedAgain() throws Exception {
    make("echo half >\"$1\"; exit 1");
    assertThat(file()).isEmptyFile();
    make("echo classes >\"$1\"");
    assertThat(file()).isEmptyFile();
    assertThat(left()).containsExactly("classes.jsa");
  }

  @Test
  void oneMakesItAtATime() throws Exception {
    Path lock = folder.resolve("a cache/classes.jsa.lock");
    Files.createDirectories(lock.getParent());
    Files.createFile(lock);
    make("echo classes >\"$1\"");
    assertThat(file()).doesNotExist();
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(600)));
    make("echo classes >\"$1\"");
    assertThat(file()).hasContent("classes");
  }
}
