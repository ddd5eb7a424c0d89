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
import java.util.List;
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
    return whole(graph(), FormRule.all(MatrixForm.INT8), ranges);
  }

  private static Graph whole(Graph graph, FormRule rule, Map<String, SeenRanges.Range> ranges) {
    StoreMatrices stored = new StoreMatrices(List.of(rule));
    Graph whole =
        new StaticInt8(stored, name -> Optional.ofNullable(ranges.get(name))).apply(graph);
    GraphVerifier.verify(whole);
    return whole;
  }

  /** Attention of two tokens, and a product that no softmax reads or makes. */
  private static Graph attention() {
    GraphBuilder graph = new GraphBuilder();
    Value x = graph.input("x", DType.F32, Shape.of(1, 2, 4));
    Value query = graph.named(graph.mul(x, graph.scalar(0.5f)), "query");
    Value key = graph.named(graph.add(x, graph.scalar(1)), "key");
    Value value = graph.named(graph.add(x, graph.scalar(2)), "value");
    Value scores = graph.named(graph.batchMatMul(query, key, true), "scores");
    Value probabilities =
        graph.named(graph.softmax(graph.add(scores, graph.scalar(3))), "probabilities");
    Value mixed = graph.named(graph.batchMatMul(probabilities, value, false), "mixed");
    Value other = graph.named(graph.batchMatMul(mixed, query, true), "other");
    return graph.build("serving_default", Map.of("y", other));
  }

  private static SeenRanges.Range range(float least, float largest) {
    return new SeenRanges.Range(new float[] {least}, new float[] {largest});
  }

  private static List<Op.BatchMatMul> products(Graph graph) {
    return graph.ops().stream()
        .filter(Op.BatchMatMul.class::isInstance)
        .map(Op.BatchMatMul.class::cast)
        .toList();
  }

  @Test
  void productsOfAttentionAreWholeAndOthersAreNot() {
    Map<String, SeenRanges.Range> ranges =
        Map.of(
            "query", range(-1, 2),
            "key", range(-3, 1),
            "value", range(-4, 2),
            "scores", range(-90, 30),
            "mixed", range(-2, 3),
            "other", range(-1, 1));
    List<Op.BatchMatMul> products =
        products(whole(attention(), FormRule.all(MatrixForm.INT8), ranges));
    assertThat(products)
        .extracting(op -> op.output().dtype())
        .containsExactly(DType.I8, DType.I8, DType.F32);
    // XNNPACK reads the second operand as if it had no zero point.
    assertThat(products.subList(0, 2))
        .allSatisfy(op -> assertThat(quantization(op.b()).zeroPoints()).containsExactly(0L));
    assertThat(quantization(products.get(0).b()).scales().get(0))
        .isCloseTo(3f / 127, within(1e-6f));
    assertThat(quantization(products.get(1).a())).isEqualTo(Quantization.Affine.of(1f / 256, -128));
  }

  @Test
  void aLayerThatIsKeptInFloatStays() {
    FormRule kept = FormRule.all(MatrixForm.F32);
    assertThat(layer(whole(graph(), kept, RANGES)).x().dtype()).isEqualTo(DType.F32);
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
