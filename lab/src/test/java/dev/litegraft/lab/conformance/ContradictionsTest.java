package dev.litegraft.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.Converter;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.lab.expected.ExpectedCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of files of a folder that contradict each other is said which counts, and why. */
class ContradictionsTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");
  private static final int MANY = 30_000;

  @TempDir Path folder = Path.of("");

  private Path answers(String name) throws IOException {
    return ConformanceCase.of(CASES.resolve(name + ".zip"), folder)
        .writeAnswers(folder.resolve("answers.jsonl"));
  }

  private List<String> notes() throws IOException {
    return Converter.of(folder.resolve("model")).convert(folder.resolve("out.tflite")).notes();
  }

  /** A member of the object that a file holds, before the others; what is said last counts. */
  private void say(String file, String name, String json) throws IOException {
    Path path = folder.resolve("model").resolve(file);
    String text = Files.exists(path) ? Files.readString(path) : "{\"_\": 0}";
    String value = "(\"[^\"]*\"|\\[[^\\]]*\\]|\\{[^{}]*\\}|[^,}\\s]+)";
    String rest = text.replaceFirst("\"" + name + "\"\\s*:\\s*" + value + "\\s*,?\\s*", "");
    String member = "{\"" + name + "\": " + json + ", ";
    Files.writeString(path, rest.replaceFirst("\\{", Matcher.quoteReplacement(member)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5-ELECTRA-single-plain| config.json| tokenizer_class| \"RobertaTokenizer\"|"
            + " tokenizer_config.json counts, as transformers reads it first",
        "5-ELECTRA-single-plain| config.json| pad_token_id| 7|"
            + " the model tells padding by config.json",
        "5-ELECTRA-single-plain| tokenizer_config.json| model_max_length| 9999|"
            + " positions count",
        "5-BERT-embed-pool_cls| sentence_bert_config.json| max_seq_length| 9999|"
            + " positions count",
        "5-ELECTRA-single-plain| config.json| num_labels| 7| transformers goes by id2label",
        "5-ELECTRA-single-plain| config.json| label2id| {\"x\": 0}| transformers goes by id2label",
        "5-ELECTRA-single-plain| model.safetensors.index.json| weight_map| {}|"
            + " model.safetensors is there, and transformers takes it first",
        "5-ELECTRA-single-plain| config.json| architectures|"
            + " [\"ElectraForSequenceClassification\", \"ElectraForTokenClassification\"]|"
            + " the first is the file's class",
        "5-BERT-ce-identity| config.json| sbert_ce_default_activation_function|"
            + " \"torch.nn.modules.activation.Sigmoid\"| the first counts, whose key is the newer",
        "5-ELECTRA-single-plain| vocab.json| elsewhere| 0|"
            + " that tokenizer.json does not have: tokenizer.json was taken",
        "5-ELECTRA-single-plain| vocab.json| [UNK]| 99|"
            + " under other ids than tokenizer.json: those of tokenizer.json were taken"
      })
  void whatCountsIsSaid(String name, String file, String key, String json, String note)
      throws IOException {
    answers(name);
    List<String> before = notes();
    assertThat(before).noneMatch(line -> line.contains(note));
    say(file, key, json);
    assertThat(notes()).anyMatch(line -> line.contains(note));
  }

  @Test
  void theAnswersAreThoseOfTheFileThatCounts() throws IOException {
    Path answers = answers("5-ELECTRA-single-plain");
    say("config.json", "tokenizer_class", "\"RobertaTokenizer\"");
    say("config.json", "num_labels", "7");
    say("vocab.json", "elsewhere", "0");
    say("model.safetensors.index.json", "weight_map", "{}");
    assertThat(ExpectedCheck.of(folder.resolve("model"), answers).withThreads(1).run().match())
        .isTrue();
  }

  /** A search of each token in each text, or of each in all others, would not end for minutes. */
  @Test
  @Timeout(300)
  void thirtyThousandAddedTokensAreRead() throws IOException {
    Path answers = answers("5-ELECTRA-single-plain");
    Path tokenizer = folder.resolve("model/tokenizer.json");
    String added =
        IntStream.range(0, MANY)
            .mapToObj(
                i ->
                    "{\"id\": "
                        + (900 + i)
                        + ", \"content\": \"<extra_"
                        + i
                        + ">\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false,"
                        + " \"normalized\": false, \"special\": true}")
            .collect(Collectors.joining(", "));
    Files.writeString(
        tokenizer,
        Files.readString(tokenizer)
            .replaceFirst("\"added_tokens\"\\s*:\\s*\\[", "\"added_tokens\": [" + added + ", "));
    assertThat(ExpectedCheck.of(folder.resolve("model"), answers).withThreads(1).run().match())
        .isTrue();
  }

  @Test
  void aDamagedTokenizerWhosePromptIsCountedIsRefusedAsTheFoldersFault() throws IOException {
    answers("4-Llama-embed-st341-ip_mean");
    say("tokenizer.json", "pre_tokenizer", "{}");
    assertThatThrownBy(this::notes)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("the tokenizer cannot be used");
  }
}
