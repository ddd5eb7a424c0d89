package dev.litegraft.lab.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.graph.BlockInt4;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphEdit;
import dev.litegraft.graph.GraphException;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import dev.litegraft.quantize.Pass;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.DType;
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
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recipe can be, with passes that only these tests have: each one's file runs. */
class OwnPassesTest {
  private static final Path CHECKPOINT =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases", "bert-seqcls");
  private static final int[] IDS = {5, 17, 199, 42, 7, 280, 3};

  @TempDir Path folder;

  /** A pass that goes through the operators. */
  private record Through(String name, GraphEdit.Step step) implements Pass {
    @Override
    public Graph apply(Graph graph) {
      return GraphEdit.of(graph, step);
    }
  }

  /** Weights and biases of linear layers whose names fit, each changed once a graph. */
  private static Pass weights(
      String name, Predicate<String> names, BiFunction<Value, GraphEdit, Value> to) {
    return new Pass() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Graph apply(Graph graph) {
        Map<Value, Value> done = new HashMap<>();
        return GraphEdit.of(
            graph,
            (op, edit) ->
                op instanceof Op.FullyConnected
                    ? GraphEdit.reading(
                        op,
                        v ->
                            v.isConstant() && names.test(v.name())
                                ? done.computeIfAbsent(v, w -> to.apply(w, edit))
                                : v)
                    : op);
      }
    };
  }

  private Path convert(Pass... passes) throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(CHECKPOINT)
        .withOptions(
            ConversionOptions.defaults().withRecipe(Recipe.of("of the test", List.of(passes))))
        .convert(file);
    return file;
  }

  private static float[] answer(Path file) throws IOException {
    int[] mask = new int[IDS.length];
    Arrays.fill(mask, 1);
    try (RawModel model = RawModel.open(file)) {
      assertThat(model.outsideFastKernels()).doesNotContain("FULLY_CONNECTED");
      return model.answer(IDS, mask, null).values();
    }
  }

  private float largestDifference(Path file) throws IOException {
    float[] answer = answer(file);
    float[] exact = answer(convert());
    float largest = 0;
    for (int i = 0; i < exact.length; i++) {
      largest = Math.max(largest, Math.abs(answer[i] - exact[i]));
    }
    return largest;
  }

  private static List<TfliteModel.Tensor> tensors(Path file, String name) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      return reader.model().subgraphs().get(0).tensors().stream()
          .filter(t -> t.name().endsWith(name))
          .toList();
    }
  }

  /** A bias must be in the form of its weight, or the layer leaves the fast kernels. */
  @Test
  void halfPrecisionStandsBehindADequantize() throws IOException {
    Path file =
        convert(
            weights(
                "f16",
                name -> true,
                (weight, edit) -> {
                  Value half = Value.constant(weight.name(), weight.data(), PlainStorage.F16);
                  Value wide =
                      Value.of(edit.name(weight.name() + "/f32"), DType.F32, weight.shape());
                  return edit.insert(new Op.Dequantize(half, wide));
                }));

    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThat(reader.model().subgraphs().get(0).operators())
          .filteredOn(op -> op.mnemonic().equals("DEQUANTIZE"))
          .hasSize(
              40); // weight and bias of six layers a block, of the pooler and of the classifier
    }
    assertThat(tensors(file, "0.attention.self.query.weight").get(0).type()).hasToString("FLOAT16");
    assertThat(largestDifference(file)).isBetween(1e-7f, 2e-3f);
  }

  @Test
  void fourBitsHaveScalesInATensorOfTheirOwn() throws IOException {
    Path file =
        convert(
            weights(
                "int4 in blocks",
                name -> name.startsWith("bert.encoder") && name.endsWith(".weight"),
                (weight, edit) ->
                    BlockInt4.constant(
                        weight.name(), weight.data(), 32, edit.name(weight.name() + ".scales"))));

    assertThat(tensors(file, "0.intermediate.dense.weight").get(0))
        .hasToString("bert.encoder.layer.0.intermediate.dense.weight int4[128, 64]");
    assertThat(tensors(file, "0.intermediate.dense.weight.scales").get(0))
        .hasToString("bert.encoder.layer.0.intermediate.dense.weight.scales float16[128, 2]");
    float[] inBlocks = answer(file);
    try (TfliteReader reader =
        TfliteReader.open(Files.copy(file, folder.resolve("blocks.tflite")))) {
      Path same =
          convert(
              weights(
                  "the same numbers in f32",
                  name -> name.startsWith("bert.encoder") && name.endsWith(".weight"),
                  (weight, edit) ->
                      Value.constant(weight.name(), stored(reader, weight), PlainStorage.F32)));
      // What is left is the rounding of activations to 8 bits.
      assertThat(answer(same)).containsExactly(inBlocks, within(0.03f));
    }
  }

  private static TensorData stored(TfliteReader reader, Value weight) {
    try {
      return reader.constant(
          reader.model().subgraphs().get(0).tensors().stream()
              .filter(t -> t.name().equals(weight.name()))
              .findFirst()
              .orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anActivationIsQuantizedWithScalesThatAreKnown() throws IOException {
    Quantization.Affine in = Quantization.Affine.of(0.05f, 4);
    Quantization.Affine out = Quantization.Affine.of(0.04f, -7);
    Pass integers =
        new Through(
            "one layer in integers",
            (op, edit) -> {
              if (!(op instanceof Op.FullyConnected linear)
                  || !linear.weight().name().endsWith("1.intermediate.dense.weight")) {
                return op;
              }
              Value x = linear.x();
              Value q = Value.of(edit.name(x.name() + "/i8"), DType.I8, x.shape(), in);
              edit.insert(new Op.Quantize(x, q));
              Value weight =
                  Value.constant(
                      linear.weight().name(), linear.weight().data(), SymmetricInt8.PER_CHANNEL);
              Value y =
                  Value.of(
                      edit.name(op.output().name() + "/i8"), DType.I8, op.output().shape(), out);
              edit.insert(new Op.FullyConnected(q, weight, Optional.empty(), y));
              Value product =
                  Value.of(edit.name(op.output().name() + "/f32"), DType.F32, y.shape());
              edit.insert(new Op.Dequantize(y, product));
              Value sum = Value.of(edit.name(op.output().name() + "/sum"), DType.F32, y.shape());
              return new Op.Binary(Op.BinaryKind.ADD, product, linear.bias().orElseThrow(), sum);
            });
    Path file = convert(integers);

    TfliteModel.Tensor stored = tensors(file, "1.intermediate.dense/i8").get(0);
    assertThat(stored.type()).hasToString("INT8");
    assertThat(stored.quantization().orElseThrow().scales()).isEqualTo(1);
    assertThat(largestDifference(file)).isBetween(1e-4f, 0.1f);
  }

  @Test
  void rulesGoByName() throws IOException {
    Path file =
        convert(
            weights(
                "int8",
                name -> name.contains("layer.2.") && name.endsWith(".weight"),
                (weight, edit) ->
                    Value.constant(weight.name(), weight.data(), SymmetricInt8.PER_CHANNEL)));

    assertThat(tensors(file, "2.output.dense.weight").get(0).type()).hasToString("INT8");
    assertThat(tensors(file, "1.output.dense.weight").get(0).type()).hasToString("FLOAT32");
    assertThat(largestDifference(file)).isBetween(1e-6f, 0.1f);
  }

  @Test
  void aPassThatBreaksARuleIsNamed() {
    Pass twice =
        new Through(
            "everything twice",
            (op, edit) -> {
              edit.insert(op);
              return op;
            });

    assertThatThrownBy(() -> convert(twice))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("makes a value that is there already")
        .hasMessageContaining("after the pass \"everything twice\"");
  }
}
