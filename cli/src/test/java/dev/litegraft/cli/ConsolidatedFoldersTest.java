package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders in the form of Meta's and Mistral's own programs answer as transformers does. */
class ConsolidatedFoldersTest {
  private static final Path RECORDED =
      Path.of("..", "converter", "src", "test", "resources", "consolidated");

  @TempDir private Path scratch;

  @ParameterizedTest
  @ValueSource(strings = {"two-parts", "safetensors"})
  void theyAnswerAsRecorded(String name) throws IOException {
    String file = scratch.resolve("out.tflite").toString();
    CommandRun made =
        CommandRun.of(
            "convert",
            RECORDED.resolve(name).toString(),
            "-o",
            file,
            "--as=embedder",
            "--recipe=f32",
            "--no-verify");
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    byte[] expected = Files.readAllBytes(RECORDED.resolve("same/" + name + "/expected.json"));
    List<Row> rows = new Row(Json.parse(expected, "expected.json")).rows("rows");
    String asked =
        rows.stream()
            .map(row -> "{\"input_ids\": " + row.texts("input_ids") + "}\n")
            .collect(Collectors.joining());
    CommandRun run = CommandRun.withInput(asked, "run", file, "--input=-");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<String> answers = run.out().lines().toList();
    assertThat(answers).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      Row answer = new Row(Json.parse(answers.get(i).getBytes(UTF_8), "run"));
      assertThat(answer.numbers("embedding"))
          .as(rows.get(i).toString())
          .containsExactly(rows.get(i).numbers("answer"), within(2e-5));
    }
  }
}
