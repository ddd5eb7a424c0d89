package dev.litegraft.lab.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphEdit;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.lab.verification.StoredAs;
import dev.litegraft.lab.verification.Verification;
import dev.litegraft.lab.verification.VerificationReport;
import dev.litegraft.quantize.Pass;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe on the runtime, family by family: the contract of recipes. */
class RecipesTest {
  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");
  private static final List<String> FAMILIES =
      List.of("bert-seqcls", "qwen3-seqcls", "gemma2-seqcls", "deberta-v2-seqcls");
  private static final int[][] TEXTS = {{5, 17, 199, 42, 7, 80, 3}, {9, 8}};

  /** Two computations in f32 that add in another order. */
  private static final float IN_F32 = 2e-5f;

  /** Activations are in 8 bits: of models with random weights, which feel it most. */
  private static final float IN_INT8 = 0.12f;

  @TempDir Path folder;

  private Path convert(String family, Recipe recipe) throws IOException {
    Path file = folder.resolve(recipe.canonicalName() + ".tflite");
    Converter.of(CASES.resolve(family))
        .withOptions(ConversionOptions.defaults().withRecipe(recipe))
        .convert(file);
    return file;
  }

  private static float[][] answers(Path file) throws IOException {
    float[][] answers = new float[TEXTS.length][];
    try (RawModel model = RawModel.open(file)) {
      for (int i = 0; i < TEXTS.length; i++) {
        int[] mask = new int[TEXTS[i].length];
        Arrays.fill(mask, 1);
        answers[i] = model.answer(TEXTS[i], mask, null).values();
      }
    }
    return answers;
  }

  /** The file's constants, computed with in f32. */
  private Recipe inF32(TfliteReader reader) {
    Map<String, TfliteModel.Tensor> stored = new HashMap<>();
    reader.model().subgraphs().get(0).tensors().forEach(t -> stored.put(t.name(), t));
    return Recipe.of(
        "the same in f32",
        List.of(
            new Pass() {
              @Override
              public String name() {
                return "the file's numbers";
              }

              @Override
              public Graph apply(Graph graph) {
                return GraphEdit.mapConstants(
                    graph,
                    value ->
                        value.storage() == PlainStorage.F32 && value.shape().rank() > 0
                            ? Value.constant(value.name(), read(value), PlainStorage.F32)
                            : value);
              }

              private TensorData read(Value value) {
                try {
                  TfliteModel.Tensor tensor = stored.get(value.name());
                  return tensor == null ? value.data() : reader.constant(tensor);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            }));
  }

  static Stream<Arguments> everyRecipeOfEveryFamily() {
    return Recipe.all().stream()
        .flatMap(recipe -> FAMILIES.stream().map(family -> Arguments.of(recipe, family)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("everyRecipeOfEveryFamily")
  void theRuntimeComputesWithTheNumbersOfTheFile(Recipe recipe, String family) throws IOException {
    Path file = convert(family, recipe);

    boolean inInt8 = recipe.canonicalName().startsWith("dynamic");
    try (TfliteReader reader = TfliteReader.open(file)) {
      float[][] expected = answers(convert(family, inF32(reader)));
      float[][] own = answers(file);
      for (int i = 0; i < own.length; i++) {
        float scale = 1;
        for (float number : expected[i]) {
          scale = Math.max(scale, Math.abs(number));
        }
        for (int j = 0; j < own[i].length; j++) {
          assertThat(own[i][j] - expected[i][j])
              .as("text %s, number %s", i, j)
              .isBetween(-(inInt8 ? IN_INT8 : IN_F32) * scale, (inInt8 ? IN_INT8 : IN_F32) * scale);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("everyRecipeOfEveryFamily")
  void nothingOfALayerLeavesTheFastKernels(Recipe recipe, String family) throws IOException {
    try (RawModel plain = RawModel.open(convert(family, Recipe.F32));
        RawModel model = RawModel.open(convert(family, recipe))) {
      List<String> outside =
          model.outsideFastKernels().stream()
              // Tables in f16 are gathered, and their rows widened, at the front.
              .filter(op -> !recipe.equals(Recipe.F16) || !op.equals("DEQUANTIZE"))
              .map(op -> op.equals("GATHER") ? "EMBEDDING_LOOKUP" : op)
              .sorted()
              .toList();
      assertThat(outside)
          .isEqualTo(
              plain.outsideFastKernels().stream()
                  .map(op -> op.equals("GATHER") ? "EMBEDDING_LOOKUP" : op)
                  .sorted()
                  .toList());
      assertThat(model.outsideFastKernels().stream().filter("DEQUANTIZE"::equals).count())
          .isLessThanOrEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "f16, F16",
    "int8, INT8",
    "dynamic_wi8t_afp32, INT8",
    "weight_only_wi8_afp32, INT8",
    "int4, INT4",
    "dynamic_wi4_afp32_b32, INT4",
    "dynamic_wi4_afp32_b64, INT4"
  })
  void aTrainedModelKeepsItsAnswers(String name, StoredAs stored) throws IOException {
    Recipe recipe = Recipe.of(name);
    Path checkpoint = Path.of("..", "examples", "ko-movie-reviews-bert");
    Path file = folder.resolve("example.tflite");

    Converter.of(checkpoint)
        .withOptions(ConversionOptions.defaults().withRecipe(recipe))
        .convert(file);
    VerificationReport report = Verification.of(checkpoint, file).run();

    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.storage()).isEqualTo(stored);
    assertThat(report.doubts()).isEmpty();
    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThat(reader.facts().orElseThrow().recipe()).isEqualTo(recipe.canonicalName());
    }
  }

  /** Versions that org.tensorflow:tensorflow-lite 2.16.1 takes: at most 11 and 3. */
  @Test
  void oneScaleATensorNeedsNoNewKernel() throws IOException {
    try (TfliteReader reader =
        TfliteReader.open(convert("bert-seqcls", Recipe.DYNAMIC_WI8T_AFP32))) {
      for (TfliteModel.Operator op : reader.model().subgraphs().get(0).operators()) {
        assertThat(op.version())
            .as(op.mnemonic())
            .isLessThanOrEqualTo(
                switch (op.mnemonic()) {
                  case "FULLY_CONNECTED" -> 9;
                  case "EMBEDDING_LOOKUP" -> 3;
                  default -> 2;
                });
      }
      assertThat(reader.model().subgraphs().get(0).tensors())
          .filteredOn(t -> t.quantization().isPresent())
          .isNotEmpty()
          .allMatch(t -> t.quantization().get().scales() == 1);
    }
  }

  @Test
  void rowsThatBlocksDoNotDivideAreRefused() {
    assertThatThrownBy(() -> convert("modernbert-seqcls-cls", Recipe.DYNAMIC_WI4_AFP32_B64))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            "a matrix with rows of 96 numbers cannot be stored as int4_b64, which needs a multiple of"
                + " 64")
        .hasMessageContaining("tensor model.layers.0.mlp.Wo.weight [64, 96]");
  }

  @Test
  void aFileOfFourBitsIsSmallerThanOneOfEight() throws IOException {
    long eight = Files.size(convert("bert-seqcls", Recipe.DYNAMIC_WI8_AFP32));
    long half = Files.size(convert("bert-seqcls", Recipe.F16));
    long four = Files.size(convert("bert-seqcls", Recipe.DYNAMIC_WI4_AFP32));

    assertThat(four).isLessThan(eight);
    assertThat(eight).isLessThan(half);
  }
}
