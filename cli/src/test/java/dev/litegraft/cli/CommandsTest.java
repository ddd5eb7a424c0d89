package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on the example checkpoint. */
class CommandsTest {
  private static final String TEXT = "이 영화 정말 재미있어요";

  /** The logits of {@code expected.json} have six decimals, and f32 is good for about five. */
  private static final double TOLERANCE = 2e-4;

  @TempDir static Path folder;

  private static String model;
  private static CommandRun conversion;

  @BeforeAll
  static void convert() {
    model = folder.resolve("모델 파일.tflite").toString();
    conversion =
        CommandRun.of(
            "convert", CommandRun.EXAMPLE.toString(), "-o", model, "--recipe", "f32", "--json");
    assertThat(conversion.err()).isEmpty();
    assertThat(conversion.exitCode()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void convertReportsWhatItMade() throws IOException {
    assertThat(conversion.out().lines()).hasSize(1);
    assertThat(conversion.out())
        .contains(
            "\"family\":\"Llama\"",
            "\"class\":\"LlamaForSequenceClassification\"",
            "\"recipe\":\"f32\"",
            "\"target_bytes\":" + Files.size(Path.of(model)),
            "\"max_length\":256",
            "\"labels\":[\"negative\",\"positive\"]",
            "\"unused_tensors\":[]",
            "\"unknown_keys\":[]");
  }

  @Test
  void convertSummarizesForPeopleAndIsQuietIfAsked() {
    String file = folder.resolve("int8.tflite").toString();
    CommandRun run = CommandRun.of("convert", CommandRun.EXAMPLE.toString(), "-o", file);
    assertThat(run.out())
        .startsWith(file)
        .contains("dynamic_wi8_afp32 (int8)", "at most 256, dynamic length");
    CommandRun quiet =
        CommandRun.of("convert", CommandRun.EXAMPLE.toString(), "-o", file, "--quiet");
    assertThat(quiet).isEqualTo(new CommandRun(ExitCode.DONE, "", ""));
  }

  @Test
  void classifyPrintsATable() {
    CommandRun run = CommandRun.of("classify", model, TEXT, "최악의 영화, 시간 낭비");
    assertThat(run.err()).isEmpty();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).matches("label +probability +text +ms");
    assertThat(lines.get(1)).matches("positive +0\\.\\d{4} +" + TEXT + " +\\d+\\.\\d");
    assertThat(lines.get(2)).startsWith("negative");
    assertThat(lines.stream().map(Printable::width).distinct()).hasSize(1);
  }

  @Test
  void classifyAsJsonHasTheKeysOfTheContract() throws IOException {
    CommandRun run = CommandRun.of("classify", model, "--json", TEXT);
    assertThat(keys(run.out()))
        .containsExactly(
            "text",
            "label",
            "label_id",
            "score",
            "probabilities",
            "logits",
            "tokens",
            "truncated",
            "milliseconds");
    assertThat(run.out())
        .contains("\"text\":\"" + TEXT + "\"", "\"label\":\"positive\"", "\"truncated\":false");
  }

  @Test
  void classifyReadsTextsFromStandardInput() {
    CommandRun run =
        CommandRun.withInput(
            "\uFEFF" + TEXT + "\r\n지루하다", "classify", model, "--file", "-", "--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).hasSize(2);
    assertThat(run.out()).startsWith("{\"text\":\"" + TEXT + "\"").contains("\"지루하다\"");
  }

  @Test
  void aTextThatIsCutIsMarked() {
    String text = "재미있는 영화 ".repeat(10_000);
    assertThat(CommandRun.of("classify", model, text).out()).contains("cut: 256 tokens read");
    assertThat(CommandRun.of("classify", model, "--json", text).out())
        .contains("\"truncated\":true", "\"tokens\":256");
  }

  @Test
  void halfASurrogatePairIsStillJson() throws IOException {
    CommandRun run = CommandRun.of("classify", model, "--json", "좋아요 \ud83d");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("좋아요 \\ud83d\"");
    assertThat(keys(run.out())).contains("milliseconds");
  }

  @Test
  void runGivesTheLogitsOfTheOriginalClass() throws IOException {
    List<double[]> expected = new ArrayList<>();
    StringBuilder rows = new StringBuilder();
    readExpected(25, rows, expected);
    CommandRun run = CommandRun.withInput(rows.toString(), "run", model, "--input", "-");
    assertThat(run.err()).isEmpty();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(expected.size());
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).startsWith("{\"logits\":[").endsWith("]}");
      assertThat(numbers(lines.get(i)))
          .containsExactly(expected.get(i), org.assertj.core.data.Offset.offset(TOLERANCE));
    }
  }

  @Test
  void inspectShowsTheCheckpoint() throws IOException {
    String path = CommandRun.EXAMPLE.toString();
    assertThat(CommandRun.of("inspect", path).out())
        .contains("LlamaForSequenceClassification", "bf16", "negative, positive");
    String json = CommandRun.of("inspect", path, "--json").out();
    assertThat(keys(json)).startsWith("kind", "path", "class", "family", "task", "parameters");
    assertThat(json).contains("\"kind\":\"checkpoint\"", "\"name\":\"score.weight\"");
  }

  @Test
  void inspectShowsTheFile() throws IOException {
    assertThat(CommandRun.of("inspect", model).out())
        .contains("serving_default", "input_ids", "[1, t]", "FULLY_CONNECTED", "float32 constants");
    String json = CommandRun.of("inspect", model, "--json").out();
    assertThat(keys(json)).startsWith("kind", "path", "bytes").contains("operators", "signatures");
  }

  @Test
  void familiesSaysOfEachTaskWhatItWasCheckedAgainst() {
    assertThat(CommandRun.of("families").out())
        .containsPattern(
            "BERT +token classification +BertForTokenClassification +recorded outputs of the H")
        .containsPattern(
            "Granite +token classification +GraniteForTokenClassification +the layers of the family's")
        .containsPattern(
            "Granite +sequence classification +GraniteForSequenceClassification +equivalence with");
    assertThat(CommandRun.of("families", "--json").out())
        .contains("\"Gemma3TextModel\":\"recorded outputs of the Hugging Face class");
  }

  @Test
  void theDemoConvertsClassifiesAndCompares() {
    CommandRun run =
        CommandRun.of("demo", "--reviews", "40", "-o", folder.resolve("demo").toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("f32 and int8 give the same label to", "right labels");
    assertThat(folder.resolve("demo")).isDirectoryContaining("glob:**-int8.tflite");
  }

  @Test
  void aReaderThatGoesAwayEndsTheCommandQuietly() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(runInto("Broken pipe", err)).isEqualTo(ExitCode.DONE);
    assertThat(err.size()).isZero();
  }

  @Test
  void resultsThatCannotBeWrittenAreAFaultToldOnce() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(runInto("No space left on device", err)).isEqualTo(ExitCode.INPUT);
    assertThat(err.toString(java.nio.charset.StandardCharsets.UTF_8).lines()).hasSize(3);
  }

  private static int runInto(String failure, ByteArrayOutputStream err) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    return Litegraft.run(
        List.of("families"), new ByteArrayInputStream(new byte[0]), out, err, Terminal.NONE);
  }

  /** The first inputs of {@code expected.json} as rows, and what the original class answered. */
  private static void readExpected(int count, StringBuilder rows, List<double[]> logits)
      throws IOException {
    Path file = CommandRun.EXAMPLE.resolve("expected.json");
    try (JsonParser json = new JsonFactory().createParser(Files.readString(file))) {
      while (logits.size() < count && json.nextToken() != null) {
        if (json.currentToken() == JsonToken.FIELD_NAME) {
          if (json.currentName().equals("input_ids")) {
            rows.append("{\"input_ids\":").append(array(json)).append("}\n");
          } else if (json.currentName().equals("logits")) {
            logits.add(array(json).stream().mapToDouble(Double::parseDouble).toArray());
          }
        }
      }
    }
  }

  private static List<String> array(JsonParser json) throws IOException {
    List<String> numbers = new ArrayList<>();
    json.nextToken();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      numbers.add(json.getText());
    }
    return numbers;
  }

  private static double[] numbers(String line) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(line)) {
      json.nextToken();
      json.nextToken();
      return array(json).stream().mapToDouble(Double::parseDouble).toArray();
    }
  }

  private static List<String> keys(String line) throws IOException {
    List<String> keys = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(line)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        keys.add(json.currentName());
        json.nextToken();
        json.skipChildren();
      }
    }
    return keys;
  }
}
