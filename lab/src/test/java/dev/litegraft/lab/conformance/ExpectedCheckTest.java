package dev.litegraft.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.expected.ExpectedCheck;
import dev.litegraft.lab.expected.ExpectedReport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedCheckTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");
  private static final String CASE = "4-ELECTRA-single-edit_no_lower_key.zip";

  private static final String HEAD = "{\"versions\": {}, \"class\": \"recorded\"}\n";

  @TempDir Path folder = Path.of("");

  /** The recorded answers of the case, a line each as the script writes them. */
  private Path answers() throws IOException {
    return answers(CASE);
  }

  private Path answers(String name) throws IOException {
    ConformanceCase recorded = ConformanceCase.of(CASES.resolve(name), folder);
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

  /** A folder that is changed after its answers were recorded is not read as the original. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5-BERT-single-own_modern| config.json| \"num_attention_heads\": 4|"
            + " \"num_attention_heads\": 2| num_attention_heads",
        "5-BERT-single-own_modern| config.json| single_label_classification|"
            + " multi_label_classification| problem_type",
        "5-BERT-single-own_modern| tokenizer_config.json| \"model_max_length\"|"
            + " \"x\": 1, \"model_max_length\": 8, \"y\"| model_max_length",
        "5-Llama-multi-cfg_theta500k| config.json| \"rope_theta\": 500000.0|"
            + " \"rope_theta\": 12345.0| rope_theta",
        "5-Llama-multi-cfg_theta500k| config.json| \"rms_norm_eps\": 1e-06|"
            + " \"rms_norm_eps\": 0.01| rms_norm_eps",
        "5-RoBERTa-regression-tok_prefix_space| tokenizer_config.json|"
            + " \"add_prefix_space\": true| \"add_prefix_space\": false| add_prefix_space",
        "5-RoBERTa-single-own-norm_nfkc| config.json| \"pad_token_id\": 1| \"pad_token_id\": 0|"
            + " pad_token_id",
        "5-BERT-embed-pool_cls| 1_Pooling/config.json| \"cls\"| \"mean\"| pooling",
        "5-BERT-embed-st_dense2_identity| 2_Dense/config.json|"
            + " torch.nn.modules.linear.Identity| torch.nn.modules.activation.Tanh|"
            + " activation_function",
        "5-BERT-embed-st_dense_residual| 2_Dense/config.json| \"use_residual\": true|"
            + " \"use_residual\": false| use_residual",
        "5-BERT-embed-st_prompts_no_default| config_sentence_transformers.json|"
            + " \"default_prompt_name\": null| \"default_prompt_name\": \"query\"|"
            + " default_prompt_name",
        "5-BERT-embed-st_truncate_dim_norm| config_sentence_transformers.json|"
            + " \"truncate_dim\": 8| \"truncate_dim\": 4| truncate_dim",
        "5-BERT-ce-identity| config_sentence_transformers.json| linear.Identity|"
            + " activation.Sigmoid| activation"
      })
  void theSettingThatWasChangedIsNamed(
      String recorded, String file, String from, String to, String named) throws IOException {
    Path answers = answers(recorded + ".zip");
    assertThat(run(answers).match()).isTrue();
    edit("model/" + file, from, to);
    ExpectedReport report = run(answers);
    assertThat(report.match()).isFalse();
    assertThat(report.explanation().orElse("")).as(report.verdict()).contains(named);
  }

  /** What scales an adapter is in its own file. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use_rslora\": false| \"use_rslora\": true| use_rslora of adapter_config.json: our"
            + " reading is true, the original answers as with false",
        "\"lora_alpha\": {own}| \"lora_alpha\": 5| lora_alpha of adapter_config.json: our reading"
            + " is 5, the original answers as with {own}",
        "\"alpha_pattern\": {}| \"alpha_pattern\": {\"{module}\": 3}| alpha_pattern of"
            + " adapter_config.json"
      })
  void theSettingOfAnAdapterIsNamed(String from, String to, String named) throws IOException {
    Path answers = answers("5-Mistral-peft.zip");
    HfConfig own = HfConfig.read(folder.resolve("adapter/adapter_config.json"));
    UnaryOperator<String> filled =
        text ->
            text.replace("{own}", String.valueOf(own.value("lora_alpha")))
                .replace("{module}", own.texts("target_modules").get(0));
    ExpectedCheck check =
        ExpectedCheck.of(folder.resolve("model"), answers)
            .with(Optional.of(folder.resolve("adapter")), Optional.empty())
            .withThreads(1)
            .explaining();
    assertThat(check.run().match()).isTrue();
    edit("adapter/adapter_config.json", filled.apply(from), filled.apply(to));
    ExpectedReport report = check.run();
    assertThat(report.match()).isFalse();
    assertThat(report.explanation().orElse(report.verdict())).startsWith(filled.apply(named));
  }

  /** The modules that an expression targets have no names in adapter_config.json. */
  @Test
  void theScaleOfOneModuleIsNamedWhereAnExpressionTargetsIt() throws IOException {
    Path answers = answers("5-Mistral-peft.zip");
    Path adapter = folder.resolve("adapter/adapter_config.json");
    Files.writeString(
        adapter,
        Files.readString(adapter)
            .replaceFirst(
                "\"target_modules\": \\[[^]]*\\]", "\"target_modules\": \".*(v_proj|q_proj)\"")
            .replaceFirst("\"alpha_pattern\": \\{\\}", "\"alpha_pattern\": {\"q_proj\": 3}"));
    ExpectedReport report =
        ExpectedCheck.of(folder.resolve("model"), answers)
            .with(Optional.of(folder.resolve("adapter")), Optional.empty())
            .withThreads(1)
            .explaining()
            .run();
    assertThat(report.match()).isFalse();
    assertThat(report.explanation().orElse(report.verdict()))
        .contains("alpha_pattern", "{q_proj=3}", "as with {}");
    edit("adapter/adapter_config.json", "{\"q_proj\": 3}", "{}");
    edit("adapter/adapter_config.json", "\"lora_alpha\": 6", "\"lora_alpha\": 9");
    ExpectedReport scaled =
        ExpectedCheck.of(folder.resolve("model"), answers)
            .with(Optional.of(folder.resolve("adapter")), Optional.empty())
            .withThreads(1)
            .explaining()
            .run();
    assertThat(scaled.explanation().orElse("")).contains("lora_alpha", "is 9", "with 6");
  }

  /** One module's scale is another's in the original: it is fitted. */
  @Test
  void aScaleThatOurReadingDoesNotHaveIsFitted() throws IOException {
    ConformanceCase recorded =
        ConformanceCase.of(CASES.resolve("5-Llama-peft-patterns.zip"), folder);
    Path answers = recorded.writeAnswers(folder.resolve("answers.jsonl"));
    Path adapter = folder.resolve("adapter/adapter_config.json");
    HfConfig own = HfConfig.read(adapter);
    assertThat(own.value("alpha_pattern")).isInstanceOf(Map.class);
    Files.writeString(
        adapter,
        Files.readString(adapter)
            .replaceFirst("\"alpha_pattern\": \\{[^}]*\\}", "\"alpha_pattern\": {}"));
    ExpectedReport report =
        ExpectedCheck.of(folder.resolve("model"), answers)
            .with(Optional.of(folder.resolve("adapter")), Optional.empty())
            .withThreads(1)
            .explaining()
            .run();
    assertThat(report.match()).isFalse();
    assertThat(report.explanation().orElse(report.verdict() + own.value("alpha_pattern")))
        .startsWith("alpha_pattern of adapter_config.json: our reading is {}");
  }

  @Test
  void aLabelOfAnotherNameIsNamedWithItsNumber() throws IOException {
    Path answers = answers("5-BERT-single-own_modern.zip");
    edit("model/config.json", "\"0\": \"\\ubd80\\uc815\"", "\"0\": \"negative\"");
    ExpectedReport report = run(answers);
    assertThat(report.match()).isFalse();
    assertThat(report.explanation().orElseThrow()).contains("id2label", "negative", "부정");
  }

  @Test
  void theVersionIsNamedThatCutsPairsOtherwise() throws IOException {
    Path answers = answers("5-ELECTRA-pair.zip");
    edit("model/config.json", "\"transformers_version\": \"5.", "\"transformers_version\": \"4.");
    ExpectedReport report = run(answers);
    assertThat(report.match()).isFalse();
    assertThat(report.explanation().orElseThrow()).contains("transformers 5");
  }

  @Test
  void answersOfOtherTextsNameTheFirstPieceThatDiffers() throws IOException {
    Path answers = answers();
    Files.writeString(
        answers, Files.readString(answers).replace("\"text\": \"", "\"text\": \"so "));
    ExpectedReport report = run(answers);
    assertThat(report.match()).isFalse();
    assertThat(report.verdict())
        .containsPattern("token 2 is \\d+ \".+\" there and \\d+ \"so\" here");
    assertThat(report.where()).contains("answers.jsonl, line 2");
    assertThat(report.explanation()).isEmpty();
  }

  @Test
  void answersOfAnotherModelAreExplainedByNothing() throws IOException {
    Path answers = answers();
    Files.writeString(
        answers, Files.readString(answers).replaceAll("\"logits\": \\[-?\\d", "\"logits\": [7"));
    ExpectedReport report = run(answers);
    assertThat(report.match()).isFalse();
    assertThat(report.verdict()).contains("the numbers are not the original's");
    assertThat(report.explanation()).isEmpty();
  }

  @Test
  void theFormOfTheLinesDoesNotMatter() throws IOException {
    String lines = Files.readString(answers());
    List<String> forms =
        List.of(
            lines.replace("\n", "\r\n"),
            "\uFEFF" + lines,
            lines + "\n\n" + lines,
            lines.stripTrailing());
    for (String form : forms) {
      ExpectedReport report = run(Files.writeString(folder.resolve("form.jsonl"), form));
      assertThat(report.match()).as(report.verdict()).isTrue();
    }
  }

  @Test
  void whatIsNotComparedIsSaid() throws IOException {
    String lines = Files.readString(answers());
    String row = lines.lines().skip(1).findFirst().orElseThrow();
    Path many = Files.writeString(folder.resolve("many.jsonl"), HEAD + (row + "\n").repeat(1003));
    assertThat(run(many).verdict())
        .contains("1000 recorded answers met", "3 more were not", "does not say how many answers");
    Files.delete(folder.resolve("model/tokenizer.json"));
    Files.deleteIfExists(folder.resolve("model/vocab.txt"));
    Files.writeString(folder.resolve("model/tokenizer_config.json"), "{}");
    assertThat(run(folder.resolve("answers.jsonl")).verdict())
        .contains("how texts become ids was not compared");
  }

  /** A cut at the border of a line leaves lines that are all right. */
  @Test
  void aRecordingThatIsNotWholeIsRefused() throws IOException {
    List<String> lines = Files.readString(answers()).lines().toList();
    int count = lines.size() - 1;
    String counted = HEAD.replace("}\n", ", \"texts\": " + count + "}");
    Path file = folder.resolve("counted.jsonl");
    Files.writeString(file, counted + "\n" + String.join("\n", lines.subList(1, count + 1)));
    ExpectedReport whole = run(file);
    assertThat(whole.match()).isTrue();
    assertThat(whole.verdict()).doesNotContain("how many answers");
    Files.writeString(file, counted + "\n" + String.join("\n", lines.subList(1, count - 1)));
    assertThatThrownBy(() -> run(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there are " + (count - 2) + " answers")
        .hasMessageContaining("the first line says " + count)
        .hasMessageContaining("line 1");
    Files.writeString(file, String.join("\n", lines.subList(1, count + 1)));
    assertThatThrownBy(() -> run(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the first line is not the one with the versions")
        .hasMessageContaining("line 1");
  }

  @Test
  void aClassOfAnotherModelIsSaid() throws IOException {
    Path answers = answers();
    edit("answers.jsonl", "\"recorded\"", "\"RobertaForSequenceClassification\"");
    assertThat(run(answers).verdict())
        .contains("of the class RobertaForSequenceClassification")
        .contains("read as ElectraForSequenceClassification");
    edit("answers.jsonl", "RobertaForSeq", "ElectraForSeq");
    assertThat(run(answers).verdict()).doesNotContain("of the class");
  }

  @Test
  void logitsAreNoVectors() throws IOException {
    Path answers = answers("5-BERT-embed-pool_cls.zip");
    Files.writeString(answers, Files.readString(answers).replace("\"vector\"", "\"logits\""));
    assertThatThrownBy(() -> run(answers))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("logits, where our reading")
        .hasMessageContaining("gives a vector");
  }

  @Test
  void theAnswersOfTwoModelsInOneFileAreRefused() throws IOException {
    String lines = Files.readString(answers());
    Path both =
        Files.writeString(
            folder.resolve("both.jsonl"), lines + lines.replace("\"recorded\"", "\"another\""));
    assertThatThrownBy(() -> run(both))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("two recordings")
        .hasMessageContaining("another");
  }

  @Test
  void aFolderIsNoFileOfAnswers() throws IOException {
    answers();
    assertThatThrownBy(() -> run(folder.resolve("model")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a folder");
  }

  @Test
  void aLineWithoutAnEndIsNotHeldInMemory() throws IOException {
    answers();
    Path file = folder.resolve("endless.jsonl");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(200L << 20);
    }
    assertThatThrownBy(() -> run(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the line has more than 32 MiB");
  }

  @Test
  void textsInAnotherCharsetAreRefused() throws IOException {
    answers();
    String row = "{\"text\": \"영화\", \"ids\": [2, 3], \"logits\": [1, 2, 3]}\n";
    Path file = Files.write(folder.resolve("euc.jsonl"), row.getBytes(Charset.forName("EUC-KR")));
    assertThatThrownBy(() -> run(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not UTF-8")
        .hasMessageContaining("line 1")
        .hasMessageContaining("record the answers again");
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
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [1, null, 3]}| null",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [1e400, 2, 3]}| Infinity",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": 7}| list of numbers",
        "{\"text\": \"a\", \"logits\": [1, 2, 3]}| no ids",
        "{\"text\": \"a\", \"pair\": 3, \"ids\": [2, 3], \"logits\": [1, 2, 3]}| pair is 3",
        "{\"text\": \"a\", \"ids\": [2, 3], \"types\": [0], \"logits\": [1, 2, 3]}| types has 1",
        "{\"text\": \"a\", \"ids\": [2, 3], \"types\": [0, 9], \"logits\": [1, 2, 3]}| types have 9",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [1, 2, 3], \"scores\": 7}| scores is 7",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [1, 2, 3], \"scores\": [1, 2],"
            + " \"labels\": [\"a\"]}| 1 labels to 2 scores",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [1, 2, 3], \"scores\": [1, 2, 3, 4]}|"
            + " 4 scores to 3 logits",
        "{\"text\": \"a\", \"ids\": [2, 3], \"vector\": [1, 2, 3, 4]}| a vector, where our reading",
        "{\"text\": \"a\", \"ids\": [2, 3], \"vector\": [1, 2, 3]}| a vector, where our reading",
        "{\"text\": \"a\", \"ids\": [2, 3], \"vector\": [1], \"logits\": [1, 2, 3]}| logits and a"
            + " vector",
        "{\"text\": \"a\", \"ids\": [2, 3], \"logits\": [1, 2, 3, 4]}| 4 numbers",
        "{\"versions\": {}, \"class\": \"a\", \"texts\": -1}| texts is -1",
        "{\"versions\": {}, \"class\": \"a\", \"texts\": \"8\"}| texts is \"8\"",
        "{\"versions\": 3, \"class\": [1]}| versions is 3",
        "{\"versions\": {}, \"class\": \"a\"}| no answer"
      })
  void answersThatCannotBeUsedAreNamed(String line, String named) throws IOException {
    answers();
    String head = line.contains("versions") ? "" : HEAD;
    Path file = Files.writeString(folder.resolve("broken.jsonl"), head + line + "\n");
    assertThatThrownBy(() -> run(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(named)
        .hasMessageContaining("litegraft expect");
  }
}
