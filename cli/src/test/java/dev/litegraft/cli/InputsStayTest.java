package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No output is written over what is read, and no pipe is waited for. */
class InputsStayTest {
  @TempDir private Path folder;
  private Path checkpoint;
  private Path data;

  @BeforeEach
  void aCheckpointOfOnesOwn() throws IOException {
    checkpoint = Files.createDirectory(folder.resolve("model"));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(CommandRun.EXAMPLE.resolve(name), checkpoint.resolve(name));
    }
    List<String> lines = Files.readAllLines(CommandRun.EXAMPLE.resolve("test.tsv")).subList(0, 41);
    data = Files.write(folder.resolve("rows.tsv"), lines);
  }

  private CommandRun tune(Path output) {
    return CommandRun.of(
        "tune", checkpoint.toString(), "--data", data.toString(), "-o", output.toString());
  }

  private static void assertRefused(CommandRun run, String words) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "config.json", "tokenizer.json"})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void tunesRecipeIsNotWrittenOverTheCheckpointByALink(String name) throws IOException {
    Path file = checkpoint.resolve(name);
    byte[] before = Files.readAllBytes(file);
    Files.createSymbolicLink(folder.resolve("out.recipe.json"), file);
    assertRefused(tune(folder.resolve("out.tflite")), "is a file of the checkpoint");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void tunesRecipeIsNotWrittenOverWhatIsNone() throws IOException {
    Path mine = Files.writeString(folder.resolve("out.recipe.json"), "{\"mine\": 1}");
    assertRefused(tune(folder.resolve("out.tflite")), "is no recipe, and would be lost");
    assertThat(mine).hasContent("{\"mine\": 1}");
  }

  @Test
  void tunesFileIsNotWrittenOverItsRows() throws IOException {
    String before = Files.readString(data);
    assertRefused(tune(data), "is a file that is read");
    assertThat(data).hasContent(before);
  }

  @ParameterizedTest
  @CsvSource({
    "--recipe-file, '{\"recipe\": \"f32\", \"rules\": []}'",
    "--expected, x",
    "--confidence, x"
  })
  void convertsFileIsNotWrittenOverItsOtherInputs(String option, String content)
      throws IOException {
    Path input = Files.writeString(folder.resolve("input"), content);
    CommandRun run =
        CommandRun.of(
            "convert", checkpoint.toString(), option, input.toString(), "-o", input.toString());
    assertRefused(run, "is a file that is read");
    assertThat(input).hasContent(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--recipe-file", "--expected"})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  @Timeout(600)
  void noPipeOrDeviceIsWaitedFor(String option) throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    for (String input : List.of(pipe.toString(), "/dev/zero")) {
      String output = folder.resolve("out.tflite").toString();
      CommandRun run = CommandRun.of("convert", checkpoint.toString(), option, input, "-o", output);
      assertRefused(run, "pipe or device was given");
    }
  }

  @Test
  void adviceWithAStrangersNameIsQuoted() {
    CommandRun run = CommandRun.of("convert", checkpoint.toString(), "-o", "$(touch x)/");
    assertThat(run.err()).contains("try:   name a file in it: '$(touch x)/model.tflite'");
  }
}
