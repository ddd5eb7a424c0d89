package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers called their labels and folders is shown, and never steers a terminal. */
class TerminalOutputTest {
  /** Sets a window's title, moves up, turns a line around. */
  private static final String HOSTILE = "\u001b]0;mine\u0007\u001b[2Agood\u202edoog\u009b31m";

  @TempDir Path folder;

  private static String shown(boolean terminal, String line) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Results out = new Results(bytes, terminal, terminal);
    out.line(out.bold("a") + line);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTerminalGetsNoControlCharacterButOurOwn() throws IOException {
    assertThat(shown(true, HOSTILE + "\n\tb"))
        .isEqualTo("\u001b[1ma\u001b[0m ]0;mine  [2Agood doog 31m\n\tb\n");
  }

  @Test
  void aFileGetsWhatIsThere() throws IOException {
    assertThat(shown(false, HOSTILE)).isEqualTo("a" + HOSTILE + "\n");
  }

  /** The example with such labels and such a name. */
  private Path hostileCheckpoint() throws IOException {
    Path copy = FolderCopy.of(CommandRun.EXAMPLE, folder.resolve("name" + (char) 27 + "[31m"));
    Path config = copy.resolve("config.json");
    String label = "\\u001b]0;mine\\u0007\\u001b[2Agood\\u202edoog\\u009b31m";
    String text = Files.readString(config);
    String changed =
        text.replaceAll("\"1\": \"[^\"]*\"", "\"1\": \"" + label.replace("\\", "\\\\") + "\"");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(config, changed);
    return copy;
  }

  private static void assertHarmless(CommandRun run) {
    String all = run.out() + run.err();
    String own = all.replaceAll("\u001b\\[(0|1|2|31)m|\r|\u001b\\[K", "");
    assertThat(
            own.codePoints()
                .filter(c -> c != '\n' && c != '\t' && Printable.isControl(c))
                .toArray())
        .as(run.err())
        .isEmpty();
  }

  @Test
  void labelsOfStrangersAreHarmlessInEveryCommand() throws IOException {
    Path checkpoint = hostileCheckpoint();
    String file = folder.resolve("m.tflite").toString();
    CommandRun made =
        CommandRun.onTerminal("convert", checkpoint.toString(), "-o", file, "--no-verify");
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    assertHarmless(made);
    assertHarmless(CommandRun.onTerminal("inspect", checkpoint.toString()));
    assertHarmless(CommandRun.onTerminal("inspect", file));
    assertHarmless(CommandRun.onTerminal("classify", file, HOSTILE, "정말 재미있어요"));
    assertHarmless(CommandRun.onTerminal("classify", file, HOSTILE, "--json"));
    assertHarmless(CommandRun.onTerminal("redact", file, HOSTILE, "--debug"));
    assertHarmless(CommandRun.onTerminal("convert", folder + "/" + HOSTILE, "-o", file, "--debug"));
    CommandRun piped = CommandRun.of("classify", file, "정말 재미있어요", "--json");
    assertThat(piped.out())
        .containsIgnoringCase("\\u001b]0;mine\\u0007")
        .containsIgnoringCase("\\u202e")
        .containsIgnoringCase("\\u009b31m");
  }
}
