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
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StaticInt8Test {
  private static final float[] WEIGHT = {1, -2, 127, 0.25f, 0.5f, -1};
  private static final float[] BIAS = {3, -0.5f};

  /** The second channel that the layer makes is a hundredth of the first. */
  private static final Map<String, SeenRanges.Range> RANGES =
      Map.of(
          "seen",
          new SeenRanges.Range(new float[] {-1, 0, 0}, new float[] {0, 3, 4.1f}),
          "layer",
          new SeenRanges.Range(new float[] {-200, -1}, new float[] {100, 2}));

  private static Graph graph() {
    GraphBuilder graph = new GraphBuilder();
    Value x = graph.input("x", DType.F32, Shape.of(1, 3));
    Value seen = graph.named(graph.add(x, graph.scalar(1)), "seen");
    Value weight =
        graph.constant(
            "layer.weight",
            TensorViews.of("layer.weight", Shape.of(2, 3), WEIGHT),
            PlainStorage.F32);
    Value bias =
        graph.constant(
            "layer.bias", TensorViews.of("layer.bias", Shape.of(2), BIAS), PlainStorage.F32);
    return graph.build(
        "serving_default",
        Map.of("y", graph.fullyConnected("layer", seen, weight, Optional.of(bias))));
  }

  private static Graph whole(Map<String, SeenRanges.Range> ranges) {
    Graph whole = new StaticInt8(name -> Optional.ofNullable(ranges.get(name))).apply(graph());
    GraphVerifier.verify(whole);
    return whole;
  }

  private static Op.FullyConnected layer(Graph graph) {
    return graph.ops().stream()
        .filter(Op.FullyConnected.class::isInstance)
        .map(Op.FullyConnected.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static float[] numbers(Value constant) throws IOException {
    float[] numbers = new float[(int) constant.shape().elements()];
    constant.data().read(0, numbers, 0, numbers.length);
    return numbers;
  }

  private static Quantization.Affine quantization(Value value) {
    return (Quantization.Affine) value.quantization().orElseThrow();
  }

  @Test
  void aLayerReadsAndMakesWholeNumbersOfItsRanges() {
    Op.FullyConnected layer = layer(whole(RANGES));
    assertThat(layer.x().dtype()).isEqualTo(DType.I8);
    assertThat(quantization(layer.x()).scales().get(0)).isCloseTo(5.1f / 255, within(1e-6f));
    assertThat(quantization(layer.x()).zeroPoints().get(0)).isEqualTo(-128 + 50);
    assertThat(layer.output().dtype()).isEqualTo(DType.I8);
    // The second channel was made as large as the first: −200 to 200.
    assertThat(quantization(layer.output()).scales().get(0)).isCloseTo(400f / 255, within(1e-3f));
  }

  @Test
  void channelsAreMadeEvenAndMultipliedBack() throws IOException {
    Graph whole = whole(RANGES);
    Op.Binary back = (Op.Binary) whole.ops().get(whole.ops().size() - 1);
    float[] factors = numbers(back.b());
    assertThat(factors).containsExactly(new float[] {1, 0.01f}, within(1e-6f));
    float[] weight = numbers(layer(whole).weight());
    for (int i = 0; i < WEIGHT.length; i++) {
      assertThat(weight[i] * factors[i / 3]).isCloseTo(WEIGHT[i], within(1e-5f));
    }
  }

  @Test
  void aBiasIsCountedInStepsOfBothScales() throws IOException {
    Op.FullyConnected layer = layer(whole(RANGES));
    Value bias = layer.bias().orElseThrow();
    assertThat(bias.dtype()).isEqualTo(DType.I32);
    float[] steps = numbers(bias);
    float[] factors = {1, 0.01f};
    for (int row = 0; row < 2; row++) {
      float scale = quantization(bias).scales().get(row);
      assertThat(steps[row] * scale * factors[row]).isCloseTo(BIAS[row], within(scale));
    }
    assertThat(quantization(bias).scales().get(0)).isCloseTo(5.1f / 255, within(1e-6f));
  }

  @Test
  void aLayerWhoseRangesWereNotSeenStays() {
    Graph same = whole(Map.of());
    assertThat(layer(same).x().dtype()).isEqualTo(DType.F32);
  }

  @Test
  void withoutRangesTheRecipeIsRefused() {
    assertThatThrownBy(() -> Recipe.of("static_wi8_ai8").apply(graph()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("needs the ranges of activations");
  }
}
