package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Folders whose weights are a {@code pytorch_model.bin}, of each kind that has nothing else as it
 * is published: they answer as transformers does.
 */
class BinFoldersTest {
  @TempDir private Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-seqcls",
        "bert-tokencls",
        "roberta-seqcls",
        "xlm-roberta-seqcls",
        "xlm-roberta-model"
      })
  void theyAnswerAsRecorded(String name) throws IOException {
    Path folder = Path.of("src", "test", "resources", "bin", name);
    String file = scratch.resolve("out.tflite").toString();
    CommandRun made = CommandRun.of("convert", folder.toString(), "-o", file, "--recipe=f32");
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    byte[] expected = Files.readAllBytes(folder.resolve("expected.json"));
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
      assertThat(numbers(answer, name))
          .as(rows.get(i).toString())
          .containsExactly(rows.get(i).numbers("answer"), within(2e-5));
    }
  }

  private static double[] numbers(Row answer, String name) {
    if (name.endsWith("model")) {
      return answer.numbers("embedding");
    }
    return name.endsWith("tokencls")
        ? Arrays.stream(answer.matrix("logits")).flatMapToDouble(Arrays::stream).toArray()
        : answer.numbers("logits");
  }
}
