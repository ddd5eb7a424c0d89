package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What can be told without a conversion is told before it. The checkpoint here ends with NaN, which
 * whoever converts it is told, and whoever looks at it is not.
 */
class ToldBeforeTheWorkTest {
  private static final String NAN = "NaN";

  @TempDir static Path folder;

  private static String checkpoint;
  private static String data;

  @BeforeAll
  static void write() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("checkpoint"));
    try (Stream<Path> files = Files.list(CommandRun.EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    try (RandomAccessFile weights =
        new RandomAccessFile(copy.resolve("model.safetensors").toFile(), "rw")) {
      weights.seek(weights.length() - Float.BYTES);
      weights.writeInt(-1); // every bit, in f32 as in bf16
    }
    checkpoint = copy.toString();
    List<String> lines = Files.readAllLines(CommandRun.EXAMPLE.resolve("test.tsv")).subList(0, 121);
    data = Files.write(folder.resolve("reviews.tsv"), lines).toString();
  }

  private static String file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines)).toString();
  }

  private static String told(String... command) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.exitCode()).as(run.err()).isIn(ExitCode.INPUT, ExitCode.USAGE);
    assertThat(run.err()).contains("where:", "try:");
    return run.err();
  }

  private static String[] convert(String... options) {
    List<String> command =
        new ArrayList<>(List.of("convert", checkpoint, "-o", folder.resolve("x.tflite") + ""));
    command.addAll(List.of(options));
    return command.toArray(String[]::new);
  }

  @Test
  void theCheckpointCannotBeConverted() {
    assertThat(told(convert())).contains(NAN);
    assertThat(told("evaluate", checkpoint, "--data", data)).contains(NAN);
    assertThat(told("tune", checkpoint, "--data", data, "-o", folder.resolve("t.tflite") + ""))
        .contains(NAN);
  }

  @Test
  void whatEvaluateIsAskedOfAFolder() throws IOException {
    assertThat(told("evaluate", checkpoint, "--data", data, "--label-column", "gold"))
        .contains("there is no column \"gold\"");
    String wrong = file("wrong.tsv", "text\tlabel", "a\tpositiv");
    assertThat(told("evaluate", checkpoint, "--data", wrong)).contains("(near: positive)");
    assertThat(told("evaluate", checkpoint, "--data", data, "--min-agreement=0.9"))
        .contains("the gate cannot be computed: there is one file alone");
    String missing = folder.resolve("missing.tflite").toString();
    assertThat(told("evaluate", checkpoint, missing, "--data", data)).contains("missing.tflite");
    String other = RecordedTask.CASES.resolve("tagger").resolve("model").toString();
    assertThat(told("evaluate", checkpoint, other, "--data", data))
        .contains("the file is for token classification, and the first one for classification");
    String empty = Files.createDirectories(folder.resolve("empty")).toString();
    assertThat(told("evaluate", checkpoint, empty, "--data", data)).contains(empty);
  }

  @Test
  void whereTuneCannotWrite() throws IOException {
    String nowhere = folder.resolve("none").resolve("t.tflite").toString();
    assertThat(told("tune", checkpoint, "--data", data, "-o", nowhere))
        .contains("the folder of the output does not exist");
    Files.createDirectories(folder.resolve("taken.recipe.json"));
    String taken = folder.resolve("taken.tflite").toString();
    assertThat(told("tune", checkpoint, "--data", data, "-o", taken))
        .contains("the output is a folder", "taken.recipe.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rounding=gptq --recipe=f16             | changes nothing of the recipe f16",
        "--rounding=smooth --recipe=int4          | changes nothing of the recipe",
        "--rounding=gptq --keep-float=scor        | did you mean score?",
        "--recipe=static_wi8_ai8 --keep-float=scor | did you mean score?",
        "--recipe=static_wi8_ai8 --length=8,16    | has one length, and [8, 16]",
        "--rounding=gptq --calibrate=no.txt       | there is no such file",
      })
  void whatCannotBeRounded(String options, String what) {
    assertThat(told(convert(options.split(" +", -1)))).contains(what);
  }

  @Test
  void whatProbabilitiesCannotBeFittedTo() throws IOException {
    String few = file("few.tsv", "text\tlabel", "a\tpositive");
    assertThat(told(convert("--confidence", few))).contains("20 are the fewest");
    String unknown = file("unknown.tsv", "text\tlabel", "a\tpositiv");
    assertThat(told(convert("--confidence", unknown, "--rounding", "gptq")))
        .contains("(near: positive)", "unknown.tsv, line 2");
    assertThat(told(convert("--confidence", folder.resolve("no.tsv") + ""))).contains("no.tsv");
  }

  @Test
  void whereConvertCannotWrite() {
    String nowhere = folder.resolve("none").resolve("x.tflite").toString();
    assertThat(told("convert", checkpoint, "-o", nowhere, "--rounding", "gptq"))
        .contains("the folder of the output does not exist");
  }
}
