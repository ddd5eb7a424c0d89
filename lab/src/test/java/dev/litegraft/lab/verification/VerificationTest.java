package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {
  private static final String LLAMA = "llama-base-gqa-f32";
  private static final ConversionOptions F32 = ConversionOptions.defaults().withRecipe(Recipe.F32);
  private static final ConversionOptions INT8 = ConversionOptions.defaults();

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

  static Stream<ConversionOptions> unharmed() {
    return Stream.of(
        F32,
        INT8,
        F32.withLengths(List.of(16, 64)),
        INT8.withLengths(List.of(32)),
        F32.withSignatureNames(SignatureNames.POSITIONAL),
        F32.withInputType(DType.I64),
        F32.withQkv(Qkv.FUSED),
        F32.withMaxLength(5));
  }

  @ParameterizedTest
  @MethodSource("unharmed")
  void unharmedFilesMatchHoweverTheyAreMade(ConversionOptions options) throws IOException {
    Path folder = Folders.golden(LLAMA);
    VerificationReport report = verified(folder, converted(folder, options));
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.differences()).isEmpty();
    assertThat(report.layers()).isEmpty();
    assertThat(report.firstDeparture()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-tokencls",
        "bert-seqcls-1label-regression",
        "roberta-seqcls",
        "deberta-v2-seqcls",
        "albert-seqcls",
        "gemma2-seqcls",
        "llama-nopad",
        "llama-rope-dynamic-oldkey"
      })
  void otherFamiliesAndTasksMatchAtStaticAndDynamicLength(String name) throws IOException {
    Path folder = Folders.golden(name);
    for (ConversionOptions options : List.of(F32, INT8, F32.withLengths(List.of(16)))) {
      VerificationReport report = verified(folder, converted(folder, options));
      assertThat(report.match()).as("%s: %s", options, report.verdict()).isTrue();
    }
  }

  @Test
  void embeddingsAreComparedAsTheFilePoolsThem() throws IOException {
    Path folder = Folders.golden("bert-model-meanpool");
    for (Pooling pooling : Pooling.values()) {
      VerificationReport report =
          verified(folder, converted(folder, F32.withPooling(pooling).withNormalize(true)));
      assertThat(report.match()).as("%s: %s", pooling, report.verdict()).isTrue();
      assertThat(report.klMax()).isLessThan(1e-9);
    }
  }

  @Test
  void aPoolingThatIsNotTheCheckpointsIsNamed() throws IOException {
    Path folder = Folders.golden("bert-model-meanpool");
    Path file = converted(folder, F32.withPooling(Pooling.MAX));
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
        "{\"word_embedding_dimension\": 48, \"pooling_mode_cls_token\": true}");
    VerificationReport report = verified(sentence, file);
    assertThat(report.sameNumbers()).isTrue();
    assertThat(report.match()).isFalse();
    assertThat(report.differences()).containsExactly(new Difference("pooling", "cls", "max"));
    assertThat(verified(sentence, converted(sentence, F32)).match()).isTrue();
  }

  @Test
  void aWrongRotaryBaseDepartsAtTheFirstAttention() throws IOException {
    Path folder = Folders.golden(LLAMA);
    Path planted = planted(folder, "config.json", "\"rope_theta\": 10000.0", "\"rope_theta\": 1e5");
    VerificationReport report = verified(folder, converted(planted, F32));
    assertThat(report.match()).isFalse();
    assertThat(report.verdict()).contains("NOT");
    assertThat(report.firstDeparture()).hasValue("model.layers.0.self_attn.o_proj");
    assertThat(report.layers())
        .filteredOn(layer -> layer.name().equals("model.layers.0.self_attn.v_proj"))
        .singleElement()
        .matches(layer -> !layer.departs());
    assertThat(report.notes()).anyMatch(note -> note.contains("these very weights"));
    assertThat(report.worst().get(0).maxAbs()).isEqualTo(report.maxAbs());
  }

  @Test
  void aWrongActivationDepartsAtTheFirstMlpEvenInAStaticFile() throws IOException {
    Path folder = Folders.golden("bert-tokencls");
    Path planted = planted(folder, "config.json", "\"gelu\"", "\"gelu_new\"");
    VerificationReport report = verified(folder, converted(planted, F32.withLengths(List.of(64))));
    assertThat(report.match()).isFalse();
    assertThat(report.firstDeparture()).hasValue("bert.encoder.layer.0.output.dense");
  }

  @Test
  void aQuantizedFileWithTooFewLayersIsNotExcusedByRounding() throws IOException {
    Path folder = Folders.golden(LLAMA);
    Path planted =
        planted(folder, "config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2");
    VerificationReport report = verified(folder, converted(planted, INT8));
    assertThat(report.match()).isFalse();
    assertThat(report.layers()).isEmpty();
    assertThat(report.worst())
        .isSortedAccordingTo((a, b) -> Double.compare(b.kl(), a.kl()))
        .hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LLAMA,
        "qwen2-seqcls",
        "bert-seqcls",
        "bert-tokencls",
        "bert-model-meanpool",
        "modernbert-seqcls-cls",
        "deberta-v2-seqcls"
      })
  void anInt8FileIsMetWhereItIsFollowedStepByStep(String name) throws IOException {
    Path folder = Folders.golden(name);
    for (ConversionOptions options : List.of(INT8, INT8.withLengths(List.of(16)))) {
      VerificationReport report = brief(folder, converted(folder, options));
      assertThat(report.verdict())
          .matches(".*; with the file's own rounding, [1-7] of 7 short rows agree to 2e-05");
      assertThat(report.notes()).noneMatch(note -> note.contains("rounding"));
    }
  }

  @Test
  void anEpsilonThatHidesInRoundingIsNoted() throws IOException {
    Path folder = Folders.example();
    Path planted =
        planted(folder, "config.json", "\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": 3e-05");
    VerificationReport report = brief(folder, converted(planted, INT8));
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.notes())
        .anyMatch(note -> note.contains("0 of 7 short rows agree") && note.contains("diagnose"));
  }

  @Test
  void swappedLabelsAreNamedAlthoughTheNumbersAgree() throws IOException {
    Path planted =
        Folders.copy(
            Folders.example(),
            scratch.resolve("swap"),
            "config.json",
            "\"0\": \"negative\"",
            "\"0\": \"X\"");
    String config = Files.readString(planted.resolve("config.json"));
    Files.writeString(
        planted.resolve("config.json"),
        config
            .replace("\"1\": \"positive\"", "\"1\": \"negative\"")
            .replace("\"0\": \"X\"", "\"0\": \"positive\"")
            .replace("\"negative\": 0", "\"negative\": 1")
            .replace("\"positive\": 1", "\"positive\": 0"));
    VerificationReport report = brief(Folders.example(), converted(planted, INT8));
    assertThat(report.match()).isFalse();
    assertThat(report.agreement()).isGreaterThan(0.99);
    assertThat(report.differences())
        .containsExactly(new Difference("labels", "negative, positive", "positive, negative"));
    assertThat(report.verdict()).contains("labels");
  }

  private static VerificationReport brief(Path folder, Path file) throws IOException {
    return Verification.of(folder, file).withThreads(1).asBrief().run();
  }

  @Test
  void anotherTokenizerIsNamedWithTheTextThatItReadsOtherwise() throws IOException {
    Path folder = Folders.example();
    Path planted =
        planted(
            folder,
            "tokenizer.json",
            "\"individual_digits\": true",
            "\"individual_digits\": false");
    VerificationReport same = brief(folder, converted(planted, INT8));
    // Digits have no longer tokens in this vocabulary: the bytes differ, the ids do not.
    assertThat(same.differences()).isEmpty();
    Path swapped =
        Folders.copy(
            folder, scratch.resolve("swapped"), "tokenizer.json", "\"!\": 3,\n", "\"!\": 4,\n");
    Path json = swapped.resolve("tokenizer.json");
    Files.writeString(json, Files.readString(json).replace("\"\\\"\": 4,\n", "\"\\\"\": 3,\n"));
    VerificationReport report = brief(folder, converted(swapped, INT8));
    assertThat(report.match()).isFalse();
    assertThat(report.differences())
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.setting()).isEqualTo("tokenizer");
              assertThat(difference.file()).contains("이 영화 정말 재미있어요!");
            });
  }

  @Test
  void aTokenThatTheModelDoesNotKnowIsADoubt() throws IOException {
    Path planted =
        planted(
            Folders.example(), "tokenizer.json", "\"!\": 3,\n", "\"!\": 3,\n\"zzzz\": 99999,\n");
    VerificationReport report = brief(planted, converted(planted, INT8));
    assertThat(report.match()).isTrue();
    assertThat(report.doubts())
        .singleElement()
        .asString()
        .contains("\"zzzz\" has the id 99999", "the model has ");
    assertThat(report.notes()).containsAll(report.doubts());
  }

  @Test
  void otherFactsAreNamed() throws IOException {
    Path folder = Folders.golden(LLAMA);
    Path file = converted(folder, F32);
    Path planted = planted(folder, "config.json", "\"pad_token_id\": 0", "\"pad_token_id\": 7");
    Path config = planted.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "\"use_cache\"",
                "\"problem_type\": \"multi_label_classification\", \"use_cache\""));
    assertThat(verified(planted, file).differences())
        .contains(
            new Difference("pad_token_id", "7", "0"),
            new Difference(
                "problem_type", "multi_label_classification", "single_label_classification"));
  }

  @Test
  void aFileOfAnotherModelIsAMismatchAndNoCrash() throws IOException {
    VerificationReport report =
        verified(Folders.golden("bert-tokencls"), converted(Folders.golden(LLAMA), F32));
    assertThat(report.match()).isFalse();
    assertThat(report.differences())
        .extracting(Difference::setting)
        .contains("architectures", "task");
  }

  @Test
  void aFileOfAnotherToolIsJudgedByItsNumbers() throws IOException {
    Path folder = Folders.golden(LLAMA);
    Path file = converted(folder, F32);
    // Behind the flatbuffer stands what Litegraft says of the file.
    byte[] bytes = Files.readAllBytes(file);
    int zip = bytes.length - 4;
    for (int i = bytes.length - 4; i > bytes.length / 2; i--) {
      zip =
          bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 3 && bytes[i + 3] == 4
              ? i
              : zip;
    }
    Files.write(file, Arrays.copyOf(bytes, zip));
    VerificationReport report = verified(folder, file);
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.notes()).anyMatch(note -> note.contains("another tool"));
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path text = Files.writeString(scratch.resolve("model.tflite"), "this is no model");
    assertThatThrownBy(() -> verified(Folders.golden(LLAMA), text))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> verified(Folders.golden(LLAMA), scratch))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("folder");
    assertThatThrownBy(() -> verified(scratch, text)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void theUsersTextsAreAskedAndABriefVerificationAsksLess() throws IOException {
    Path folder = Folders.example();
    Path file = converted(folder, F32);
    List<Long> progress = new ArrayList<>();
    VerificationReport report =
        Verification.of(folder, file)
            .withThreads(1)
            .withTexts(List.of("정말 좋다"))
            .withProgress((done, total) -> progress.add(total - done))
            .run();
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(progress).isNotEmpty().endsWith(0L);
    assertThat(brief(folder, file).tokens()).isPositive();
    assertThat(report.notes()).isEmpty();
  }
}
