package dev.litegraft.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.GraphVerifier;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SmoothInputsTest {
  private static final float[] NORM = {1, 2, 0.5f};
  private static final float[] SHIFT = {0.25f, -1, 3};
  private static final float[] FIRST = {1, -2, 3, 4, 0.5f, -6};
  private static final float[] SECOND = {0.1f, 0.2f, -0.3f, 0.7f, 0.9f, 0.4f};

  /** A channel of large activations. */
  private static final SeenInputs SEEN =
      new SeenInputs() {
        @Override
        public Optional<float[]> largest(String matrix) {
          return Optional.of(new float[] {1, 100, 4});
        }

        @Override
        public Optional<float[]> products(String matrix) {
          return Optional.empty();
        }
      };

  private static Value vector(GraphBuilder graph, String name, float... numbers) {
    return graph.constant(
        name, TensorViews.of(name, Shape.of(numbers.length), numbers), PlainStorage.F32);
  }

  private static Value matrix(GraphBuilder graph, String name, float... numbers) {
    return graph.constant(name, TensorViews.of(name, Shape.of(2, 3), numbers), PlainStorage.F32);
  }

  /**
   * {@code x · norm + shift}, which two layers read.
   *
   * @param kept whether the sum is an output, too
   */
  private static Graph graph(boolean kept) {
    GraphBuilder graph = new GraphBuilder();
    Value x = graph.input("x", DType.F32, Shape.of(1, 3));
    Value normed =
        graph.named(
            graph.add(graph.mul(x, vector(graph, "norm", NORM)), vector(graph, "shift", SHIFT)),
            "normed");
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(
        "a", graph.fullyConnected("a", normed, matrix(graph, "a.weight", FIRST), Optional.empty()));
    outputs.put(
        "b",
        graph.fullyConnected("b", normed, matrix(graph, "b.weight", SECOND), Optional.empty()));
    if (kept) {
      outputs.put("normed", normed);
    }
    return graph.build("serving_default", outputs);
  }

  private static Graph smoothed(Graph graph) {
    StoreMatrices int8 = new StoreMatrices(List.of(FormRule.all(MatrixForm.INT8)));
    Graph changed = new SmoothInputs(int8, SEEN, 0.5).apply(graph);
    GraphVerifier.verify(changed);
    return changed;
  }

  private static float[] numbers(Graph graph, String name) throws IOException {
    for (Value constant : graph.constants()) {
      if (constant.name().equals(name)) {
        float[] numbers = new float[(int) constant.shape().elements()];
        constant.data().read(0, numbers, 0, numbers.length);
        return numbers;
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void aNormThatOnlyTheLayersReadTakesTheFactorsAndTheAnswerStays() throws IOException {
    Graph changed = smoothed(graph(false));
    assertThat(changed.ops()).hasSize(4);
    float[] norm = numbers(changed, "norm");
    float[] shift = numbers(changed, "shift");
    for (String name : List.of("a.weight", "b.weight")) {
      float[] before = name.startsWith("a") ? FIRST : SECOND;
      float[] after = numbers(changed, name);
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i] * norm[i % 3]).isCloseTo(before[i] * NORM[i % 3], within(1e-5f));
        assertThat(after[i] * shift[i % 3]).isCloseTo(before[i] * SHIFT[i % 3], within(1e-5f));
      }
    }
    assertThat(norm[1] / NORM[1]).isLessThan(norm[0] / NORM[0] / 5);
  }

  @Test
  void aValueThatOthersReadStaysAndIsMultipliedForTheLayers() throws IOException {
    Graph changed = smoothed(graph(true));
    assertThat(numbers(changed, "norm")).isEqualTo(NORM);
    float[] factors = numbers(changed, "a.weight.smooth");
    float[] after = numbers(changed, "b.weight");
    for (int i = 0; i < SECOND.length; i++) {
      assertThat(after[i] * factors[i % 3]).isCloseTo(SECOND[i], within(1e-6f));
    }
    assertThat(changed.ops().stream().filter(op -> op instanceof Op.Binary)).hasSize(3);
  }

  @Test
  void theGraphsOfOneFileShareWhatWasChanged() {
    StoreMatrices int8 = new StoreMatrices(List.of(FormRule.all(MatrixForm.INT8)));
    SmoothInputs pass = new SmoothInputs(int8, SEEN, 0.5);
    Graph graph = graph(false);
    assertThat(pass.apply(graph).constants()).isEqualTo(pass.apply(graph).constants());
  }

  @Test
  void aRecipeOfWhichItChangesNothingIsRefused() {
    assertThatThrownBy(() -> CalibratedRecipe.smooth(Recipe.DYNAMIC_WI4_AFP32, SEEN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--rounding smooth changes nothing of the recipe dynamic_wi4_afp32");
    assertThatThrownBy(() -> CalibratedRecipe.compensated(Recipe.F16, SEEN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--rounding gptq changes nothing of the recipe f16");
  }
}
