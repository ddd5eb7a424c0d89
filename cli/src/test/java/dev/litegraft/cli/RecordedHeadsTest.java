package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Heads of transformers' own classes, row by row: spans, words that are filled in, and words read.
 */
class RecordedHeadsTest {
  private static final Path CASES = Path.of("src", "test", "resources", "heads");
  private static final double TOLERANCE = 2e-5;

  /** What stands where the original answered to padding may be no number. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  @TempDir private Path folder;

  /** A row without its padding, which is masked. */
  private record Row(JsonNode input, int text, int from, int to) {
    JsonNode of(String name) {
      return input.get(name).get(text);
    }
  }

  private static List<Row> rows(String name) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (JsonNode input : JSON.readTree(CASES.resolve(name + "/expected.json").toFile())) {
      for (int text = 0; text < input.get("input_ids").size(); text++) {
        JsonNode mask = input.get("attention_mask");
        int count = input.get("input_ids").get(text).size();
        int from = 0;
        while (!mask.isNull() && mask.get(text).get(from).asInt() == 0) {
          from++;
        }
        int to = count;
        while (!mask.isNull() && mask.get(text).get(to - 1).asInt() == 0) {
          to--;
        }
        rows.add(new Row(input, text, from, to));
      }
    }
    assertThat(rows).hasSizeGreaterThan(7);
    return rows;
  }

  private String converted(String name, String... options) {
    String file = folder.resolve(name + ".tflite").toString();
    List<String> command =
        new ArrayList<>(
            List.of("convert", CASES.resolve(name).toString(), "-o", file, "--recipe=f32"));
    command.addAll(List.of(options));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return file;
  }

  /** The first output for each row, as it is computed without padding. */
  private static JsonNode answer(String file, Row row) throws IOException {
    StringBuilder ids = new StringBuilder();
    for (int i = row.from(); i < row.to(); i++) {
      ids.append(i == row.from() ? "" : ",").append(row.of("input_ids").get(i));
    }
    CommandRun run =
        CommandRun.withInput("{\"input_ids\":[" + ids + "]}\n", "run", file, "--input", "-");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode line = JSON.readTree(run.out());
    return line.get(line.fieldNames().next());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-qa",
        "distilbert-qa",
        "deberta-v2-qa",
        "llama-qa",
        "modernbert-qa",
        "t5-qa",
        "xlm-qa"
      })
  void eachTokenHasItsTwoLogits(String name) throws IOException {
    String file = converted(name);
    for (Row row : rows(name)) {
      JsonNode answer = answer(file, row);
      assertThat(answer).hasSize(row.to() - row.from());
      for (int i = row.from(); i < row.to(); i++) {
        JsonNode two = answer.get(i - row.from());
        double start = row.of("start_logits").get(i).asDouble();
        double end = row.of("end_logits").get(i).asDouble();
        assertThat(two.get(0).asDouble()).isCloseTo(start, within(TOLERANCE));
        assertThat(two.get(1).asDouble()).isCloseTo(end, within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-mlm", "distilbert-mlm", "modernbert-mlm"})
  void eachWordHasTheLogarithmOfItsLargestLogit(String name) throws IOException {
    String file = converted(name);
    for (Row row : rows(name)) {
      JsonNode answer = answer(file, row);
      for (int word = 0; word < answer.size(); word++) {
        double most = 0;
        for (int i = row.from(); i < row.to(); i++) {
          most = Math.max(most, row.of("logits").get(i).get(word).asDouble());
        }
        assertThat(answer.get(word).asDouble())
            .as("%s, word %d", row.input().get("name"), word)
            .isCloseTo(Math.log1p(most), within(TOLERANCE));
      }
    }
  }

  @Test
  void theScoreIsTheDifferenceOfTwoLogitsAfterTheLastToken() throws IOException {
    String name = "qwen3-causallm-reranker";
    for (String no : List.of("", ",\"false_token\":11")) {
      Path template = folder.resolve("template.json");
      Files.writeString(
          template, "{\"segments\":[\"{query} {document}\"],\"true_token\":7" + no + "}");
      String file = converted(name, "--reranker", template.toString());
      for (Row row : rows(name)) {
        JsonNode words = row.of("logits").get(row.to() - 1);
        double score = words.get(7).asDouble() - (no.isEmpty() ? 0 : words.get(11).asDouble());
        assertThat(answer(file, row).get(0).asDouble())
            .as("%s", row.input().get("name"))
            .isCloseTo(score, within(TOLERANCE));
      }
      CommandRun verified = CommandRun.of("verify", CASES.resolve(name).toString(), file);
      assertThat(verified.exitCode()).as(verified.out() + verified.err()).isEqualTo(ExitCode.DONE);
    }
  }

  @Test
  void aCausalModelThatIsNoRerankerSaysWhatWouldBeNeeded() {
    String checkpoint = CASES.resolve("qwen3-causallm-reranker").toString();
    CommandRun plain = CommandRun.of("convert", checkpoint, "-o", folder + "/a.tflite");
    assertThat(plain.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(plain.err()).contains("writes text", "--reranker qwen3").hasLineCount(3);
    CommandRun named =
        CommandRun.of("convert", checkpoint, "-o", folder + "/a.tflite", "--reranker=qwen3");
    assertThat(named.err()).contains("logit of \"yes\"", "no tokenizer").hasLineCount(3);
    CommandRun unknown =
        CommandRun.of("convert", checkpoint, "-o", folder + "/a.tflite", "--reranker=absent");
    assertThat(unknown.err()).contains("neither a known name nor a file", "bge-gemma");
    CommandRun classifier =
        CommandRun.of(
            "convert",
            CASES.resolve("bert-qa").toString(),
            "-o",
            folder + "/a.tflite",
            "--reranker=qwen3");
    assertThat(classifier.err()).contains("no causal language model", "leave --reranker out");
  }

  @Test
  void aTemplateThatTheTokenizerCannotHoldIsRefused() {
    String checkpoint =
        Path.of("src", "test", "resources", "tasks", "qwen3-reranker", "model").toString();
    CommandRun run =
        CommandRun.of("convert", checkpoint, "-o", folder + "/a.tflite", "--reranker=bge-gemma");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .contains("the template has the token <bos>", "does not have", "--reranker")
        .hasLineCount(3);
  }
}
