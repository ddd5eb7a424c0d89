package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Side;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.facts.Task;
import dev.litegraft.inspection.CheckpointFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With files of a foreign exporter: tokenizer and labels come from the checkpoint's folder. */
class TextClassifierTest {
  private static final Path BERT = Path.of("src/test/resources/tokenizers/ko-nsmc-bert");
  private static final Path SMOLLM = Path.of("src/test/resources/tokenizers/smollm-135m");
  private static final float ROUNDING = 1e-4f;

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.tflite");
  }

  private RuntimeOptions bert(String config) throws IOException {
    return checkpoint(BERT, config);
  }

  private RuntimeOptions checkpoint(Path tokenizer, String config) throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve("checkpoint"));
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(tokenizer.resolve(name), checkpoint.resolve(name));
    }
    Files.writeString(checkpoint.resolve("config.json"), config);
    return RuntimeOptions.defaults()
        .withThreads(1)
        .withTokenizer(checkpoint)
        .withFacts(CheckpointFacts.of(checkpoint));
  }

  @Test
  void aFileInMemoryIsClassifiedWithAsOnDisk() throws IOException {
    RuntimeOptions options = bert("{\"id2label\": {\"0\": \"부정\", \"1\": \"긍정\"}}");
    Path written = new TinyModel().write(file());
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(written));
    try (TextClassifier disk = TextClassifier.open(written, options);
        TextClassifier memory = TextClassifier.open(bytes, options)) {
      assertThat(memory.classify("이 영화").logits()).isEqualTo(disk.classify("이 영화").logits());
    }
  }

  @Test
  void givesTheLabelsOfTheConfigWithSoftmaxProbabilities() throws IOException {
    TinyModel tiny = new TinyModel();
    RuntimeOptions options = bert("{\"id2label\": {\"0\": \"부정\", \"1\": \"긍정\"}}");
    try (TextClassifier classifier = TextClassifier.open(tiny.write(file()), options)) {
      int[] ids = classifier.tokenizer().encode("이 영화").ids();
      float[] expected = tiny.logits(ids, IntStream.of(ids).map(id -> 1).toArray());
      Classification answer = classifier.classify("이 영화");
      for (int i = 0; i < expected.length; i++) {
        assertThat(answer.logits().get(i)).isCloseTo(expected[i], within(ROUNDING));
      }
      int best = expected[1] > expected[0] ? 1 : 0;
      assertThat(answer.labelId()).isEqualTo(best);
      assertThat(answer.label()).isEqualTo(best == 0 ? "부정" : "긍정");
      double ratio = Math.exp(answer.logits().get(1) - answer.logits().get(0));
      assertThat(answer.probabilities().get(1)).isCloseTo(ratio / (1 + ratio), within(1e-9));
      assertThat(answer.score()).isEqualTo(answer.probabilities().get(best));
      assertThat(answer.tokens()).isEqualTo(ids.length);
      assertThat(answer.truncated()).isFalse();
      assertThat(answer.milliseconds()).isPositive();
    }
  }

  @Test
  void multiLabelProbabilitiesAreSigmoids() throws IOException {
    Path file = new TinyModel().labels(3).write(file());
    RuntimeOptions options = bert("{\"problem_type\": \"multi_label_classification\"}");
    try (TextClassifier classifier = TextClassifier.open(file, options)) {
      Classification answer = classifier.classify("영화");
      for (int i = 0; i < 3; i++) {
        assertThat(answer.probabilities().get(i))
            .isCloseTo(1 / (1 + Math.exp(-answer.logits().get(i))), within(1e-9));
      }
      assertThat(answer.label()).isEqualTo("LABEL_" + answer.labelId());
      assertThat(answer.isProbability()).isTrue();
      assertThat(answer.labels())
          .hasSize((int) answer.probabilities().stream().filter(p -> p > 0.5).count());
    }
  }

  @Test
  void aRegressionGivesThePlainNumber() throws IOException {
    Path file = new TinyModel().labels(1).write(file());
    try (TextClassifier classifier = TextClassifier.open(file, bert("{}"))) {
      Classification answer = classifier.classify("영화");
      assertThat(answer.score()).isEqualTo((double) answer.logits().get(0));
      assertThat(answer.probabilities()).containsExactly(answer.score());
      assertThat(answer.isProbability()).isFalse();
    }
  }

  @Test
  void aLongTextIsCutToTheModelsLengthAndSaysSo() throws IOException {
    Path file = new TinyModel().signature("serving_default", 16).write(file());
    try (TextClassifier classifier = TextClassifier.open(file, bert("{}"))) {
      Classification answer = classifier.classify("재미 ".repeat(33_000));
      assertThat(answer.tokens()).isEqualTo(16);
      assertThat(answer.truncated()).isTrue();
      assertThat(answer.cut()).isPositive();
    }
  }

  @Test
  void theTokenizersLimitHoldsForADynamicModel() throws IOException {
    Path file = new TinyModel().write(file());
    try (TextClassifier classifier = TextClassifier.open(file, bert("{}"))) {
      assertThat(classifier.model().maxLength()).hasValue(64);
      assertThat(classifier.classify("재미 ".repeat(100)).tokens()).isEqualTo(64);
    }
  }

  @Test
  void aTextWithoutTokensIsAnErrorThatNamesTheText() throws IOException {
    Path file = new TinyModel().write(file());
    try (TextClassifier classifier = TextClassifier.open(file, checkpoint(SMOLLM, "{}"))) {
      assertThatThrownBy(() -> classifier.classify(""))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the text is empty, and the tokenizer adds no special tokens");
      assertThatThrownBy(() -> classifier.classify(List.of("a", "")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("text 2 of 2 is empty");
    }
  }

  @Test
  void anEmptyTextIsItsSpecialTokensWhereThereAreSome() throws IOException {
    Path file = new TinyModel().write(file());
    try (TextClassifier classifier = TextClassifier.open(file, bert("{}"))) {
      assertThat(classifier.classify("").tokens()).isEqualTo(2);
      assertThat(classifier.classify("\uD83D").tokens()).isEqualTo(2);
      assertThat(classifier.classify(List.of())).isEmpty();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks does
  void nullsAreRefusedByName() throws IOException {
    Path file = new TinyModel().write(file());
    try (TextClassifier classifier = TextClassifier.open(file, bert("{}"))) {
      assertThatThrownBy(() -> classifier.classify((String) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("text");
      assertThatThrownBy(() -> classifier.classify(java.util.Arrays.asList("a", null)))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("text 2 of 2");
    }
  }

  @Test
  void aFileWithoutTokenizerAsksForOne() throws IOException {
    Path file = new TinyModel().write(file());
    assertThatThrownBy(() -> TextClassifier.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no tokenizer inside the file, and none is given")
        .hasMessageContaining("--tokenizer DIR");
    assertThatThrownBy(
            () -> TextClassifier.open(file, RuntimeOptions.defaults().withTokenizer(folder)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no tokenizer.json");
  }

  @Test
  void takesTokenizerLabelsAndLengthFromTheFileItself() throws IOException {
    Path file = new TinyModel().signature("serving_default", 32).write(file());
    embed(file, facts(List.of("부정", "긍정"), 8));
    try (TextClassifier classifier = TextClassifier.open(file)) {
      Classification answer = classifier.classify("이 영화 정말 재미있어요 그리고 길다");
      assertThat(answer.label()).isEqualTo(answer.labelId() == 0 ? "부정" : "긍정");
      assertThat(answer.tokens()).isEqualTo(8);
      assertThat(answer.truncated()).isTrue();
    }
  }

  @Test
  void theFactsOfTheFileCountBeforeThoseOfAGivenFolder() throws IOException {
    Path file = new TinyModel().write(file());
    embed(file, facts(List.of("inside 0", "inside 1"), 8));
    RuntimeOptions options = bert("{\"id2label\": {\"0\": \"outside 0\", \"1\": \"outside 1\"}}");
    try (TextClassifier classifier = TextClassifier.open(file, options)) {
      assertThat(classifier.classify("a").label()).startsWith("inside");
      assertThat(classifier.model().maxLength()).hasValue(8);
    }
  }

  private static ModelFacts facts(List<String> labels, int maxLength) {
    return ModelFacts.builder()
        .with(ModelFacts.LITEGRAFT_VERSION, "0.1.0")
        .with(ModelFacts.FAMILY, "tiny")
        .with(ModelFacts.HF_CLASS, "TinyForSequenceClassification")
        .with(ModelFacts.TASK, Task.SEQUENCE_CLASSIFICATION)
        .with(ModelFacts.LABELS, labels)
        .with(ModelFacts.PROBLEM_TYPE, ProblemType.SINGLE_LABEL)
        .with(ModelFacts.POOLING, List.of(Pooling.MEAN))
        .with(ModelFacts.PAD_TOKEN_ID, 0)
        .with(ModelFacts.PADDING_SIDE, Side.RIGHT)
        .with(ModelFacts.MAX_LENGTH, maxLength)
        .with(ModelFacts.TOKEN_TYPES, false)
        .with(ModelFacts.SIGNATURE_NAMES, SignatureNames.HF)
        .with(ModelFacts.RECIPE, "f32")
        .with(ModelFacts.PARAMETERS, 1L)
        .with(ModelFacts.LENGTHS, List.of())
        .with(ModelFacts.NORMALIZE, false)
        .with(
            ModelFacts.PROVENANCE,
            new ModelFacts.Provenance("0".repeat(64), List.of("model.safetensors"), Map.of()))
        .build();
  }

  /** Puts facts and a tokenizer behind the tables, as a ZIP of stored files. */
  private static void embed(Path file, ModelFacts facts) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ModelFacts.FILE_NAME, facts.toJson().getBytes(StandardCharsets.UTF_8));
    files.put(
        ModelFacts.TOKENIZER_NAME, Files.readAllBytes(BERT.resolve(ModelFacts.TOKENIZER_NAME)));
    files.put(
        ModelFacts.TOKENIZER_CONFIG_NAME,
        Files.readAllBytes(BERT.resolve(ModelFacts.TOKENIZER_CONFIG_NAME)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> one : files.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(one.getValue());
        ZipEntry entry = new ZipEntry(one.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(one.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(one.getValue());
      }
    }
    Files.write(file, bytes.toByteArray(), StandardOpenOption.APPEND);
  }

  @Test
  void labelsOfAnotherModelAreRefused() throws IOException {
    Path file = new TinyModel().labels(3).write(file());
    RuntimeOptions options = bert("{\"id2label\": {\"0\": \"no\", \"1\": \"yes\"}}");
    try (TextClassifier classifier = TextClassifier.open(file, options)) {
      assertThatThrownBy(() -> classifier.classify("a"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the model answers with 3 logits, but there are 2 labels");
    }
  }

  @Test
  void aTokenizerOfAnotherModelIsRefused() throws IOException {
    Path file = new TinyModel().write(file());
    RuntimeOptions options = checkpoint(SMOLLM, "{\"vocab_size\": 5300}");
    try (TextClassifier classifier = TextClassifier.open(file, options)) {
      assertThatThrownBy(() -> classifier.classify("hello"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("token id 28120 is not in the vocabulary of 0 to 5299");
    }
  }

  @Test
  void paddingFollowsTheTokenizersSide() throws IOException {
    TokenRow row = TokenRow.of(new int[] {5, 6}, new int[] {1, 1}, new int[] {0, 1});
    assertThat(row.padded(4, 9, false).ids()).containsExactly(5, 6, 9, 9);
    assertThat(row.padded(4, 9, true).ids()).containsExactly(9, 9, 5, 6);
    assertThat(row.padded(4, 9, true).mask()).containsExactly(0, 0, 1, 1);
    assertThat(row.padded(4, 9, true).types()).containsExactly(0, 0, 0, 1);
  }

  @Test
  void threadsThatShareAClassifierGetTheAnswersOfOne() throws Exception {
    Path file = new TinyModel().write(file());
    RuntimeOptions options = bert("{}").withInterpreters(2);
    List<String> texts = Stream.of("영화", "이 영화 정말 재미있어요", "a b c", "", "지루하다 그리고 길다").toList();
    try (TextClassifier classifier = TextClassifier.open(file, options)) {
      List<List<Float>> serial =
          classifier.classify(texts).stream().map(Classification::logits).toList();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      Callable<List<List<Float>>> call =
          () -> classifier.classify(texts).stream().map(Classification::logits).toList();
      for (Future<List<List<Float>>> one :
          threads.invokeAll(java.util.Collections.nCopies(50, call))) {
        assertThat(one.get()).isEqualTo(serial);
      }
      threads.shutdown();
    }
  }

  @Test
  void closesOnceAndSaysSoAfterwards() throws IOException {
    TextClassifier classifier = TextClassifier.open(new TinyModel().write(file()), bert("{}"));
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.classify("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
