package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that cannot be used ends with three lines, exit code 3 and nothing half-written. */
class InputFaultsTest {
  @TempDir static Path folder;

  private static String model;

  @BeforeAll
  static void convert() {
    model = folder.resolve("model.tflite").toString();
    CommandRun run =
        CommandRun.of("convert", CommandRun.EXAMPLE.toString(), "-o", model, "--recipe", "f32");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
  }

  private static void assertFault(CommandRun run, String what, String where) {
    assertThat(run.err().lines()).hasSize(3);
    assertThat(run.err().lines().toList().get(0)).startsWith("error: ").contains(what);
    assertThat(run.err().lines().toList().get(1)).startsWith("where: ").contains(where);
    assertThat(run.err().lines().toList().get(2)).startsWith("try:   ");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
  }

  @Test
  void aFolderThatIsNotThere() {
    assertFault(
        CommandRun.of("convert", "/no/such/folder", "-o", folder.resolve("x").toString()),
        "no such folder",
        "/no/such/folder");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  /** As a script gives it whose variable is not set: never the current folder. */
  @Test
  void aNameThatIsEmpty() {
    String output = folder.resolve("x").toString();
    assertFault(CommandRun.of("inspect", ""), "the name is empty", "\"\"");
    assertFault(CommandRun.of("convert", "", "-o", output), "the name is empty", "\"\"");
    assertFault(CommandRun.of("inspect", " "), "the name is empty", "\" \"");
  }

  @Test
  void anEmptyFolder() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertFault(
        CommandRun.of("convert", empty.toString(), "-o", folder.resolve("x").toString()),
        "empty",
        empty.toString());
    assertFault(CommandRun.of("inspect", empty.toString()), "empty", empty.toString());
  }

  @Test
  void anOutputThatIsAFolder() {
    assertFault(
        CommandRun.of("convert", CommandRun.EXAMPLE.toString(), "-o", folder.toString()),
        "the output is a folder",
        folder.toString());
  }

  @Test
  void aFileThatIsNotThere() {
    assertFault(CommandRun.of("classify", "/no/model", "text"), "no such file", "/no/model");
    assertFault(CommandRun.of("run", "/no/model", "--input", "-"), "no such file", "/no/model");
    assertFault(CommandRun.of("inspect", "/no/model"), "no such file", "/no/model");
  }

  @Test
  void aFileOfAnotherKind() throws IOException {
    Path text = Files.writeString(folder.resolve("text.tflite"), "no model at all, only text");
    assertFault(CommandRun.of("classify", text.toString(), "x"), "no .tflite", text.toString());
    assertFault(CommandRun.of("inspect", text.toString()), "no .tflite", text.toString());
  }

  @Test
  void aFileThatIsCutOff() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(model));
    Path cut = folder.resolve("cut.tflite");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertFault(CommandRun.of("classify", cut.toString(), "x"), "", cut.toString());
  }

  @Test
  void aRowThatIsNoJsonNamesItsLine() {
    assertFault(
        CommandRun.withInput("{\"input_ids\":[5]}\nids\n", "run", model, "--input", "-"),
        "not JSON",
        "standard input, line 2");
  }

  @Test
  void rowsWithOtherKeysOrNumbers() {
    assertFault(
        CommandRun.withInput("{\"ids\":[5]}", "run", model, "--input", "-"),
        "unknown key \"ids\"",
        "line 1");
    assertFault(
        CommandRun.withInput("{\"input_ids\":[1.5]}", "run", model, "--input", "-"),
        "not a whole number",
        "line 1");
    assertFault(
        CommandRun.withInput("{\"input_ids\":[99999999999]}", "run", model, "--input", "-"),
        "",
        "line 1");
    assertFault(
        CommandRun.withInput("{\"attention_mask\":[1]}", "run", model, "--input", "-"),
        "input_ids is missing",
        "line 1");
    assertFault(
        CommandRun.withInput(
            "{\"input_ids\":[1,2],\"attention_mask\":[1]}", "run", model, "--input", "-"),
        "attention_mask has 1 numbers",
        "line 1");
  }

  @Test
  void aTokenIdOutOfRange() {
    assertFault(
        CommandRun.withInput("{\"input_ids\":[6000]}", "run", model, "--input", "-"),
        "6000",
        "line 1");
  }

  @Test
  void aLineThatIsNotUtf8() throws IOException {
    Path texts = folder.resolve("texts.txt");
    Files.write(texts, new byte[] {'a', '\n', (byte) 0xC7, (byte) 0xD1, '\n'});
    assertFault(
        CommandRun.of("classify", model, "--file", texts.toString()), "not UTF-8", "line 2");
  }

  @Test
  void aLineBreakInAPathDoesNotMakeAFourthLine() {
    assertFault(CommandRun.of("classify", "/no\nmodel", "x"), "no such file", "/no model");
  }
}
