package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.ConversionReport;
import dev.litegraft.Converter;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.lab.verification.Verification;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sentence embeddings of the recorded BERT, through the runtime, against its recorded hidden states
 * pooled here in f64.
 */
class EmbeddingsTest {
  private static final String CASE = "bert-model-meanpool";
  private static final int WIDTH = 48;
  private static final double TOLERANCE = GoldenAnswers.FILE_TOLERANCE;

  private static final ConversionOptions F32 = ConversionOptions.defaults().withRecipe(Recipe.F32);

  @TempDir Path scratch = Path.of("");

  /** What is expected of a row's hidden states. */
  private interface Expected {
    double[] of(GoldenCase.Input input, int row);
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void everyPoolingIsMaskedAsSentenceTransformersMasksIt(Pooling pooling) throws IOException {
    ConversionOptions options = F32.withPooling(pooling);
    Path folder = GoldenCase.of(CASE).folder();
    requireAnswers(folder, options, (input, row) -> pooled(pooling, input, row));
    requireAnswers(
        folder,
        options.withNormalize(true),
        (input, row) -> normalized(pooled(pooling, input, row)));
    requireAnswers(
        folder, options.withLengths(List.of(32)), (input, row) -> pooled(pooling, input, row));
  }

  @Test
  void theDefaultIsTheMeanAndHuggingFaceRecordedIt() throws IOException {
    GoldenCase golden = GoldenCase.of(CASE);
    List<?> recorded = recorded(golden);
    Path file = scratch.resolve("mean.tflite");
    ConversionReport report = Converter.of(golden.folder()).withOptions(F32).convert(file);
    assertThat(report.head().orElseThrow()).hasToString("mean");
    assertThat(report.unusedTensors())
        .containsExactlyInAnyOrder("pooler.dense.bias", "pooler.dense.weight");
    requireRecorded(file, golden, recorded, "mean_pooled");
    Converter.of(golden.folder()).withOptions(F32.withNormalize(true)).convert(file);
    requireRecorded(file, golden, recorded, "mean_pooled_l2");
    Converter.of(golden.folder()).withOptions(F32.withPooling(Pooling.CLS)).convert(file);
    requireRecorded(file, golden, recorded, "cls");
  }

  @ParameterizedTest
  @CsvSource({
    "cls_token, false, , true",
    "mean_tokens, false, , true",
    "mean_tokens, true, Tanh, true",
    "mean_tokens, true, Identity, false",
    "max_tokens, false, , false",
    "max_tokens, true, GELU, true",
    "lasttoken, false, , true"
  })
  void aSentenceTransformersFolderIsConvertedWithAllItsModules(
      String mode, boolean dense, String activation, boolean normalize) throws IOException {
    Path folder = scratch.resolve("folder");
    TensorFile file = new TensorFile();
    float[] weight = file.add("linear.weight", 0.3, 20, WIDTH);
    float[] bias = file.add("linear.bias", 0.3, 20);
    write(folder, mode);
    if (dense) {
      Files.createDirectories(folder.resolve("2_Dense"));
      Files.writeString(
          folder.resolve("2_Dense/config.json"),
          "{\"in_features\": 48, \"out_features\": 20, \"bias\": true,"
              + " \"activation_function\": \"torch.nn.modules.activation."
              + activation
              + "\"}");
      file.write(folder.resolve("2_Dense/model.safetensors"));
    }
    writeModules(folder, dense, normalize);
    Pooling pooling =
        mode.equals("lasttoken")
            ? Pooling.LAST
            : Pooling.valueOf(
                mode.substring(0, mode.indexOf('_')).toUpperCase(java.util.Locale.ROOT));
    requireAnswers(
        folder,
        F32,
        (input, row) -> {
          double[] x = pooled(pooling, input, row);
          x = dense ? dense(x, weight, bias, activation) : x;
          return normalize ? normalized(x) : x;
        });
  }

  @Test
  void vectorsOfSeveralPoolingsAreJoined() throws IOException {
    Path folder = scratch.resolve("folder");
    write(
        folder, "mean_tokens\": true, \"pooling_mode_lasttoken\": true, \"pooling_mode_cls_token");
    TensorFile file = new TensorFile();
    float[] weight = file.add("linear.weight", 0.2, 20, 3 * WIDTH);
    float[] bias = file.add("linear.bias", 0.3, 20);
    Files.createDirectories(folder.resolve("2_Dense"));
    Files.writeString(
        folder.resolve("2_Dense/config.json"),
        "{\"in_features\": 144, \"out_features\": 20, \"bias\": true,"
            + " \"activation_function\": \"torch.nn.modules.activation.Tanh\"}");
    file.write(folder.resolve("2_Dense/model.safetensors"));
    Expected joined =
        (input, row) ->
            Stream.of(Pooling.CLS, Pooling.MEAN, Pooling.LAST)
                .flatMapToDouble(pooling -> DoubleStream.of(pooled(pooling, input, row)))
                .toArray();
    writeModules(folder, false, true);
    requireAnswers(folder, F32, (input, row) -> normalized(joined.of(input, row)));
    writeModules(folder, true, false);
    requireAnswers(folder, F32, (input, row) -> dense(joined.of(input, row), weight, bias, "Tanh"));
    assertThat(Verification.of(folder, scratch.resolve("embedder.tflite")).run().match()).isTrue();
    assertThatThrownBy(
            () ->
                Converter.of(folder)
                    .withOptions(F32.withPooling(Pooling.MEAN))
                    .convert(scratch.resolve("out.tflite")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the dense layer takes the vectors of cls+mean+last");
  }

  @Test
  void whatTheUserAsksForWins() throws IOException {
    Path folder = scratch.resolve("folder");
    write(folder, "mean_tokens");
    writeModules(folder, false, true);
    requireAnswers(
        folder,
        F32.withPooling(Pooling.MAX).withNormalize(true),
        (input, row) -> normalized(pooled(Pooling.MAX, input, row)));
  }

  @Test
  void theLongestTextIsWhatSentenceTransformersCutsAt() throws IOException {
    Path folder = scratch.resolve("folder");
    write(folder, "mean_tokens");
    writeModules(folder, false, false);
    Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 24}");
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        "{\"prompts\": {\"query\": \"query: \"}, \"default_prompt_name\": \"query\"}");
    ConversionReport report =
        Converter.of(folder).withOptions(F32).convert(scratch.resolve("out.tflite"));
    assertThat(report.maxLength()).isEqualTo(24);
    assertThat(report.notes()).anyMatch(note -> note.contains("default prompt"));
  }

  @Test
  void aClassifierIsNotPooled() {
    for (ConversionOptions options :
        List.of(F32.withPooling(Pooling.MEAN), F32.withNormalize(true))) {
      assertThatThrownBy(
              () ->
                  Converter.of(GoldenCase.of("bert-seqcls").folder())
                      .withOptions(options)
                      .convert(scratch.resolve("out.tflite")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("BertForSequenceClassification is no embedder");
    }
  }

  private static void write(Path folder, String mode) throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(GoldenCase.of(CASE).folder().resolve(name), folder.resolve(name));
    }
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        "{\"word_embedding_dimension\": 48, \"pooling_mode_" + mode + "\": true}");
  }

  private static void writeModules(Path folder, boolean dense, boolean normalize)
      throws IOException {
    StringBuilder modules = new StringBuilder("[");
    modules.append(module("Transformer", "")).append(',').append(module("Pooling", "1_Pooling"));
    if (dense) {
      modules.append(',').append(module("Dense", "2_Dense"));
    }
    if (normalize) {
      modules.append(',').append(module("Normalize", "3_Normalize"));
    }
    Files.writeString(folder.resolve("modules.json"), modules.append(']').toString());
  }

  private static String module(String kind, String path) {
    return "{\"path\": \"" + path + "\", \"type\": \"sentence_transformers.models." + kind + "\"}";
  }

  private void requireAnswers(Path folder, ConversionOptions options, Expected expected)
      throws IOException {
    Path file = scratch.resolve("embedder.tflite");
    Converter.of(folder).withOptions(options).convert(file);
    try (RawModel model = RawModel.open(file)) {
      for (GoldenCase.Input input : GoldenCase.of(CASE).inputs()) {
        for (int row = 0; row < input.ids().length; row++) {
          requireClose(answer(model, input, row), expected.of(input, row), input.name());
        }
      }
    }
  }

  private static void requireRecorded(Path file, GoldenCase golden, List<?> recorded, String key)
      throws IOException {
    try (RawModel model = RawModel.open(file)) {
      for (int i = 0; i < recorded.size(); i++) {
        GoldenCase.Input input = golden.inputs().get(i);
        List<?> rows =
            (List<?>) java.util.Objects.requireNonNull(((Map<?, ?>) recorded.get(i)).get(key));
        for (int row = 0; row < rows.size(); row++) {
          double[] expected =
              ((List<?>) rows.get(row))
                  .stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray();
          requireClose(answer(model, input, row), expected, input.name());
        }
      }
    }
  }

  private static List<?> recorded(GoldenCase golden) throws IOException {
    String text = "{\"inputs\":" + Files.readString(golden.folder().resolve("expected.json")) + "}";
    if (HfConfig.parse(text, golden.name()).value("inputs") instanceof List<?> inputs) {
      return inputs;
    }
    throw new AssertionError("no inputs in " + golden.folder());
  }

  private static float[] answer(RawModel model, GoldenCase.Input input, int row) {
    int[] types = input.types().isPresent() ? input.types().get()[row] : null;
    return model.answer(input.ids()[row], input.mask()[row], types).values();
  }

  private static void requireClose(float[] answer, double[] expected, String name) {
    assertThat(answer).hasSize(expected.length);
    for (int i = 0; i < answer.length; i++) {
      assertThat((double) answer[i])
          .as("%s, %d", name, i)
          .isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  /** Source: sentence_transformers/models/Pooling.py. */
  private static double[] pooled(Pooling pooling, GoldenCase.Input input, int row) {
    int[] mask = input.mask()[row];
    float[] states = input.answer()[row];
    double[] out = new double[WIDTH];
    int attended = java.util.Arrays.stream(mask).sum();
    int last = mask.length - 1;
    while (mask[last] == 0) {
      last--;
    }
    for (int j = 0; j < WIDTH; j++) {
      double sum = 0;
      double weighted = 0;
      int nth = 0;
      double max = Double.NEGATIVE_INFINITY;
      for (int t = 0; t < mask.length; t++) {
        if (mask[t] == 1) {
          sum += states[t * WIDTH + j];
          weighted += (double) ++nth * states[t * WIDTH + j];
          max = Math.max(max, states[t * WIDTH + j]);
        }
      }
      out[j] =
          switch (pooling) {
            case MEAN -> sum / attended;
            case MEAN_SQRT_LEN -> sum / Math.sqrt(attended);
            case WEIGHTEDMEAN -> weighted / (attended * (attended + 1) / 2.0);
            case MAX -> max;
            case CLS -> states[j];
            case LAST -> states[last * WIDTH + j];
          };
    }
    return out;
  }

  private static double[] normalized(double[] x) {
    double squares = 0;
    for (double v : x) {
      squares += v * v;
    }
    double length = Math.sqrt(squares);
    return java.util.Arrays.stream(x).map(v -> v / length).toArray();
  }

  private static double[] dense(double[] x, float[] weight, float[] bias, String activation) {
    double[] out = new double[bias.length];
    for (int i = 0; i < out.length; i++) {
      double sum = bias[i];
      for (int j = 0; j < x.length; j++) {
        sum += (double) weight[i * x.length + j] * x[j];
      }
      out[i] =
          switch (activation) {
            case "Tanh" -> Math.tanh(sum);
            case "GELU" -> sum * normalDistribution(sum);
            default -> sum;
          };
    }
    return out;
  }

  /** Φ by Simpson's rule, which is exact to 1e-10 here. */
  private static double normalDistribution(double x) {
    int steps = 2000;
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x / 2);
    for (int i = 1; i < steps; i++) {
      double t = i * h;
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t / 2);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }
}
