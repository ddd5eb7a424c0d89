package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;

/** {@code docs/commands.md} has every command with a run of it. */
class CommandsPageTest {
  private static final Path PAGE = Path.of("../docs/commands.md");

  static Stream<String> commands() throws ReflectiveOperationException {
    Field all = Litegraft.class.getDeclaredField("COMMANDS");
    all.setAccessible(true);
    return ((List<?>) all.get(null))
        .stream().map(type -> ((Class<?>) type).getAnnotation(Command.class).name());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandHasARun(String command) throws IOException {
    String page = Files.readString(PAGE) + "\n## ";
    String heading = "\n## " + command + "\n";
    assertThat(page).contains(heading);
    int begin = page.indexOf(heading) + heading.length();
    String section = page.substring(begin, page.indexOf("\n## ", begin));
    assertThat(section)
        .containsPattern("```[^\n]*\n\\$ \\./litegraft " + command + "\\b[^\n]*\n.+");
  }
}
