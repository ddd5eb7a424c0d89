package dev.litegraft.error;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellTest {
  @Test
  void aPlainNameStaysAsItIs() {
    assertThat(Shell.posix("models/my-model_1.0")).isEqualTo("models/my-model_1.0");
  }

  @Test
  void aNameThatBeginsWithADashIsNoOption() {
    assertThat(Shell.posix("-o")).isEqualTo("./-o");
    assertThat(Shell.posix("--trust me")).isEqualTo("'./--trust me'");
  }

  @Test
  void controlCharactersAreWrittenAsBashReadsThem() {
    assertThat(Shell.posix("a\nrm -rf ~\u001b[2J'\u202e"))
        .isEqualTo("$'a\\u000arm -rf ~\\u001b[2J\\'\\u202e'");
  }

  @DisabledOnOs(OS.WINDOWS)
  @ParameterizedTest
  @ValueSource(
      strings = {
        "$(touch pwned)",
        "`id`",
        "a b",
        "it's",
        "''",
        "\"",
        "\\",
        "a;b",
        "a&b|c>d",
        "*",
        "~",
        "",
        "$HOME",
        "!1",
        "#x",
        "영화",
        "a'$(id)'b",
        "{a,b}",
        "[ab]"
      })
  void aShellReadsBackTheVeryName(String name) throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", "printf %s " + Shell.posix(name)).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEqualTo(name);
  }

  @Test
  void windowsGetsDoubleQuotesOrTheNameIsLeftToTheReader() {
    assertThat(Shell.windows("C:\\models\\bert")).isEqualTo("C:\\models\\bert");
    assertThat(Shell.windows("my model & co")).isEqualTo("\"my model & co\"");
    assertThat(Shell.windows("$(calc)")).isEqualTo("NAME");
    assertThat(Shell.windows("a\" & calc & \"")).isEqualTo("NAME");
  }

  @DisabledOnOs(OS.WINDOWS)
  @Test
  void aProgramOfPythonGetsNamesAsArguments() {
    assertThat(Shell.python("import sys", "x'; import os"))
        .isEqualTo("python -c 'import sys' 'x'\\''; import os'");
  }
}
