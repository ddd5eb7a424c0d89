package dev.litegraft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuantizationTest {
  private static final TensorData MATRIX =
      TensorViews.of(
          "w", Shape.of(2, 8), new float[] {1, -7, 0, 2, 3, 4, 5, 6, 7, 0, 0, 0, 1, 1, 1, 1});

  @Test
  void anActivationCanStandForOtherNumbers() {
    Value value =
        Value.of("x", DType.I8, Shape.of(1, Shape.TOKENS, 4), Quantization.Affine.of(0.1f, -3));

    assertThat(value.quantization())
        .contains(new Quantization.Affine(List.of(0.1f), List.of(-3L), 0));
  }

  @Test
  void scalesBelongToADimension() {
    Quantization three = new Quantization.Affine(List.of(1f, 2f, 3f), List.of(0L, 0L, 0L), 1);

    assertThat(Value.of("x", DType.I8, Shape.of(2, 3), three).quantization()).contains(three);
    assertThatThrownBy(() -> Value.of("x", DType.I8, Shape.of(3, 2), three))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("a value has 3 scales for dimension 1")
        .hasMessageContaining("x i8[3, 2]");
  }

  @Test
  void aFloatingTypeStandsForItself() {
    assertThatThrownBy(() -> Value.of("x", DType.F32, Shape.of(2), Quantization.Affine.of(1, 0)))
        .hasMessageStartingWith("a value has a quantization and a floating type");
  }

  @Test
  void aScaleIsPositive() {
    assertThatThrownBy(() -> Value.of("x", DType.I8, Shape.of(2), Quantization.Affine.of(0, 0)))
        .hasMessageStartingWith("a value has scales that are not positive and finite");
  }

  @Test
  void blocksNeedAScaleEach() {
    Value scales =
        Value.constant("s", TensorViews.of("s", Shape.of(2, 2), new float[4]), PlainStorage.F16);

    assertThat(
            Value.constant("w", MATRIX, new BlockInt4(4), new Quantization.Blocks(scales, 4))
                .dtype())
        .isEqualTo(DType.I4);
    assertThatThrownBy(
            () -> Value.constant("w", MATRIX, new BlockInt4(2), new Quantization.Blocks(scales, 2)))
        .hasMessageStartingWith("a value has blocks of 2 and scales s f16[2, 2]");
    assertThatThrownBy(
            () -> Value.constant("w", MATRIX, new BlockInt4(6), new Quantization.Blocks(scales, 6)))
        .hasMessageStartingWith("a value has blocks of 6, into which its rows cannot be cut");
  }

  @Test
  void scalesOfBlocksAreAmongTheValuesOfAGraph() {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.input("x", DType.F32, Shape.of(1, 8));
    Value w = BlockInt4.constant("w", MATRIX, 4, "w.scales");
    Value y = builder.fullyConnected("y", x, w, Optional.empty());

    assertThat(builder.build("serving_default", Map.of("y", y)).constants())
        .extracting(Value::toString)
        .containsExactly("w i4[2, 8]", "w.scales f16[2, 2]");
  }
}
