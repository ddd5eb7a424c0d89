package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults that were planted, each of which must be named. */
class VerificationFaultsTest {
  private static final ConversionOptions F32 = ConversionOptions.defaults().withRecipe(Recipe.F32);
  private static final String LLAMA = "llama-base-gqa-f32";

  @TempDir Path scratch = Path.of("");

  private Path converted(Path folder, ConversionOptions options) throws IOException {
    Path file = scratch.resolve("model.tflite");
    Converter.of(folder).withOptions(options).convert(file);
    return file;
  }

  private Path planted(Path folder, String file, String before, String after) throws IOException {
    return Folders.copy(folder, scratch.resolve("planted"), file, before, after);
  }

  private static VerificationReport verified(Path folder, Path file) throws IOException {
    return Verification.of(folder, file).withThreads(1).run();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "llama-base-gqa-f32,`\"rms_norm_eps\": 1e-05`,`\"rms_norm_eps\": 1e-2`,model.layers.0.input_layernorm",
        "gemma2-seqcls,`\"query_pre_attn_scalar\": 24`,`\"query_pre_attn_scalar\": 32`,model.layers.0.self_attn.o_proj",
        "modernbert-seqcls-cls,`\"local_attention\": 16`,`\"local_attention\": 32`,model.layers.1.attn.Wo",
        "gpt2-seqcls,`\"gelu_new\"`,`\"gelu\"`,transformer.h.0.mlp.c_proj",
        "bert-seqcls,`\"gelu\"`,`\"gelu_new\"`,bert.encoder.layer.0.output.dense",
        "mistral-seqcls-nowindow-bf16,`\"sliding_window\": null`,`\"sliding_window\": 40`,model.layers.0.self_attn.o_proj"
      })
  void theModuleWhereAWrongSettingFirstShowsIsNamed(
      String name, String before, String after, String module) throws IOException {
    Path folder = Folders.golden(name);
    VerificationReport report =
        verified(folder, converted(planted(folder, "config.json", before, after), F32));
    assertThat(report.match()).isFalse();
    assertThat(report.firstDeparture()).hasValue(module);
    assertThat(report.notes()).anyMatch(note -> note.contains("another config.json"));
  }

  /** The file with NaN as the first number of a tensor of the checkpoint. */
  private static void plantNaN(Path folder, String tensor, Path file) throws IOException {
    byte[] weights = Files.readAllBytes(folder.resolve("model.safetensors"));
    int header =
        Math.toIntExact(ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
    Matcher range =
        Pattern.compile(Pattern.quote("\"" + tensor + "\"") + ".*?\"data_offsets\":\\[(\\d+)")
            .matcher(new String(weights, 8, header, StandardCharsets.UTF_8));
    assertThat(range.find()).isTrue();
    int begin = 8 + header + Integer.parseInt(range.group(1));
    byte[] row = Arrays.copyOfRange(weights, begin, begin + 64);
    byte[] bytes = Files.readAllBytes(file);
    int at = 0;
    while (!Arrays.equals(bytes, at, at + row.length, row, 0, row.length)) {
      at++;
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, Float.NaN);
    Files.write(file, bytes);
  }

  @Test
  void theLayerWhereNaNBeginsIsNamedAndNaNIsNoLabel() throws IOException {
    Path folder = Folders.golden(LLAMA);
    Path file = converted(folder, F32);
    plantNaN(folder, "model.layers.1.mlp.up_proj.weight", file);
    VerificationReport report = verified(folder, file);
    assertThat(report.match()).isFalse();
    assertThat(report.firstDeparture()).hasValue("model.layers.1.mlp.up_proj");
    assertThat(report.notes()).contains("NaN or infinity begins at model.layers.1.mlp.up_proj");
    assertThat(report.agreement()).isZero();
  }

  @Test
  void aLengthThatTheCheckpointDoesNotReadIsNamed() throws IOException {
    Path file = converted(Folders.example(), F32);
    Path planted =
        planted(
            Folders.example(),
            "tokenizer_config.json",
            "\"model_max_length\": 256",
            "\"model_max_length\": 64");
    assertThat(verified(planted, file).differences())
        .containsExactly(new Difference("max_length", "64", "256"));
  }

  @Test
  void aShorterLengthIsWorthANote() throws IOException {
    VerificationReport report =
        verified(Folders.example(), converted(Folders.example(), F32.withMaxLength(100)));
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.notes()).anyMatch(note -> note.contains("at most 100 tokens"));
  }

  @Test
  void anotherTruncationSideIsNamed() throws IOException {
    Path file = converted(Folders.example(), F32);
    Path planted =
        planted(
            Folders.example(),
            "tokenizer_config.json",
            "\"padding_side\": \"right\"",
            "\"padding_side\": \"right\", \"truncation_side\": \"left\"");
    assertThat(verified(planted, file).differences())
        .singleElement()
        .matches(d -> d.setting().equals("truncation_side") && d.file().contains("cut to 8"));
  }

  @Test
  void exchangedTokensThatNoTextHasAreNamed() throws IOException {
    Path file = converted(Folders.example(), F32);
    Path planted = planted(Folders.example(), "tokenizer.json", ": 5999", ": -1");
    Path json = planted.resolve("tokenizer.json");
    Files.writeString(json, Files.readString(json).replace(": 5998", ": 5999"));
    Files.writeString(json, Files.readString(json).replace(": -1", ": 5998"));
    assertThat(verified(planted, file).differences())
        .singleElement()
        .matches(
            d ->
                d.setting().equals("tokenizer")
                    && d.checkpoint().contains("is 599")
                    && !d.checkpoint().equals(d.file()));
  }

  @Test
  void aTokenizerThatIsOnlyWrittenOtherwiseIsTheSame() throws IOException {
    Path file = converted(Folders.example(), F32);
    Path planted = planted(Folders.example(), "tokenizer.json", "\n", "\n ");
    VerificationReport report = verified(planted, file);
    assertThat(report.match()).as(report.verdict()).isTrue();
  }

  @Test
  void vectorsThatAreNotOfLengthOneAreNamed() throws IOException {
    Path folder = Folders.golden("bert-model-meanpool");
    Path file = converted(folder, F32.withNormalize(true));
    Path sentence = Folders.copy(folder, scratch.resolve("sentence"), "config.json", "{", "{");
    Files.writeString(
        sentence.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling",
          "type": "sentence_transformers.models.Pooling"}]
        """);
    Files.createDirectory(sentence.resolve("1_Pooling"));
    Files.writeString(
        sentence.resolve("1_Pooling").resolve("config.json"),
        "{\"word_embedding_dimension\": 48, \"pooling_mode_mean_tokens\": true}");
    assertThat(verified(sentence, file).differences())
        .containsExactly(new Difference("normalize", "false", "true"));
  }

  @Test
  void aForeignFilesLogitsAreFoundAmongItsOutputsAndItsIdsAmongItsInputs() throws IOException {
    Path folder = Folders.golden(LLAMA);
    for (List<String> names :
        List.of(List.of("args_0", "args_1"), List.of("args_1", "args_0"), List.of("x", "y"))) {
      Path file =
          ForeignFile.of(
              folder, names.get(0), names.get(1), "Identity", scratch.resolve("foreign.tflite"));
      VerificationReport report = verified(folder, file);
      assertThat(report.match()).as("%s: %s", names, report.verdict()).isTrue();
      assertThat(report.differences()).isEmpty();
    }
  }

  @Test
  void aForeignFileOfAnotherVocabularyOrTaskSaysWhatItAnswers() throws IOException {
    Path file =
        ForeignFile.of(
            Folders.golden(LLAMA),
            "input_ids",
            "attention_mask",
            "logits",
            scratch.resolve("foreign.tflite"));
    VerificationReport report = verified(Folders.golden("bert-tokencls"), file);
    assertThat(report.match()).isFalse();
    assertThat(report.verdict()).contains("does not take or answer all probes");
    assertThat(report.differences())
        .anyMatch(d -> d.setting().equals("outputs") && d.file().contains("logits [1, 1, 2]"))
        .anyMatch(d -> d.setting().equals("inputs") && d.file().contains("vocabulary of 0 to 255"));
  }

  @Test
  void aFileWithoutIdsSaysWhatItHas() throws IOException {
    Path file =
        ForeignFile.of(
            Folders.golden(LLAMA),
            "position_ids",
            "cache_position",
            "logits",
            scratch.resolve("foreign.tflite"));
    assertThatThrownBy(() -> verified(Folders.golden(LLAMA), file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("inputs: [")
        .hasMessageContaining("position_ids I32[1, -1]")
        .hasMessageContaining("cache_position I32[1, -1]");
  }

  @Test
  void aFileThatWasCutOffIsRefusedWhereverItWasCut() throws IOException {
    byte[] whole = Files.readAllBytes(converted(Folders.example(), F32));
    Path file = scratch.resolve("cut.tflite");
    for (int left : List.of(8, 5000, whole.length / 2, whole.length - 200, whole.length - 3)) {
      Files.write(file, Arrays.copyOf(whole, left));
      assertThatThrownBy(() -> verified(Folders.example(), file))
          .as("%d of %d bytes", left, whole.length)
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void theMaximumLengthIsAskedHoweverManyTextsThereAre() {
    Reach reach = new Reach(50, 3, false, 128, List.of(), true, 1, true);
    Questions questions = Questions.of(reach, List.of(), Optional.empty(), 200);
    assertThat(questions.forFile()).anyMatch(question -> question.length() == 128);
    assertThat(questions.tokens()).isLessThanOrEqualTo(200);
    assertThat(questions.leftOut())
        .contains("64 tokens")
        .noneMatch(name -> name.contains("maximum"));
  }
}
