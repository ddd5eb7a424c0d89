package dev.litegraft.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.expected.ExpectedCheck;
import dev.litegraft.lab.expected.ExpectedReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedCheckTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");
  private static final String CASE = "4-ELECTRA-single-edit_no_lower_key.zip";

  @TempDir Path folder = Path.of("");

  /** The recorded answers of the case, a line each as the script writes them. */
  private Path answers() throws IOException {
    ConformanceCase recorded = ConformanceCase.of(CASES.resolve(CASE), folder);
    return recorded.writeAnswers(folder.resolve("answers.jsonl"));
  }

  private ExpectedReport run(Path answers) throws IOException {
    return ExpectedCheck.of(folder.resolve("model"), answers).withThreads(1).explaining().run();
  }

  private void edit(String file, String from, String to) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  @Test
  void aFolderThatIsReadAsTheOriginalReadItMeetsEveryAnswer() throws IOException {
    ExpectedReport report = run(answers());
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.answers()).isGreaterThan(5);
    assertThat(report.maxAbs()).isLessThan(1e-5);
  }

  @Test
  void anotherTokenizerIsNamedByItsRule() throws IOException {
    Path answers = answers();
    edit(
        "model/tokenizer_config.json",
        "\"added_tokens_decoder\"",
        "\"do_lower_case\": false, \"added_tokens_decoder\"");
    ExpectedReport report = run(answers);
    assertThat(report.match()).isFalse();
    assertThat(report.verdict()).contains("token").contains("there and");
    assertThat(report.explanation().orElseThrow()).contains("do_lower_case");
  }

  @Test
  void anotherSettingIsNamedWhereTheNumbersAreNotTheOriginals() throws IOException {
    Path answers = answers();
    edit("model/config.json", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"");
    ExpectedReport report = run(answers);
    assertThat(report.match()).isFalse();
    assertThat(report.verdict()).contains("numbers are not the original's");
    assertThat(report.explanation().orElseThrow()).contains("hidden_act").contains("gelu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [0.5, NaN]}| finite numbers",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [0.5| not JSON",
        "{\"text\": \"a\", \"ids\": [], \"logits\": [0.5]}| ids is empty",
        "{\"text\": \"a\", \"ids\": [2, -3], \"logits\": [0.5]}| whole numbers",
        "{\"text\": \"a\", \"ids\": [2, 3]}| neither logits nor a vector",
        "{\"ids\": [2, 3], \"logits\": [0.5]}| no text",
        "{\"text\": \"a\", \"ids\": [2, 99999], \"logits\": [1, 2, 3]}| 99999",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [1]}| 1 numbers",
        "{\"versions\": {}}| no answer"
      })
  void answersThatCannotBeUsedAreNamed(String line, String named) throws IOException {
    answers();
    Path file = Files.writeString(folder.resolve("broken.jsonl"), line + "\n");
    assertThatThrownBy(() -> run(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(named)
        .hasMessageContaining("litegraft expect");
  }
}
