package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code .ci/parts} with a Maven that only says what it lacks. */
@DisabledOnOs(OS.WINDOWS)
class PartsTest {
  @TempDir Path folder;

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    file.toFile().setExecutable(true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | Could not find artifact org.example:thing:jar:1 in central (https://example.org)",
        "0 | Could not resolve dependencies for project dev.litegraft:litegraft-site:jar:1: Could"
            + " not transfer artifact org.example:thing:jar:1 from central: Unknown host",
        "1 | Could not find artifact dev.litegraft:litegraft-lab:jar:1 in central",
        "1 | Could not resolve dependencies for project dev.litegraft:litegraft-site:jar:1: The"
            + " following artifacts could not be resolved: org.example:thing:jar:1 (absent),"
            + " dev.litegraft:litegraft-lab:jar:1 (absent): Cannot access central in offline mode",
        "1 | There are test failures.",
      })
  void onlyWhatOthersMakeMayBeMissing(int exitCode, String said) throws Exception {
    script(folder.resolve(".ci/parts"), Files.readString(Path.of("..", ".ci", "parts")));
    script(folder.resolve("mvnw"), "#!/bin/sh\n[ \"$1\" = -v ] && exit\ncat said\nexit 1\n");
    Files.writeString(folder.resolve("said"), "[ERROR] " + said + "\n");
    Files.writeString(folder.resolve("pom.xml"), "<project/>\n");
    Process process =
        new ProcessBuilder(folder.resolve(".ci/parts").toString(), "site")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isEqualTo(exitCode);
    assertThat(out).contains(exitCode == 0 ? "Site: skipped" : said);
  }
}
