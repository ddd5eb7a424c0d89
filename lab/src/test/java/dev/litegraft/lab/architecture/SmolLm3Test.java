package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * SmolLM3 has no recorded outputs. Checked: with rotary positions everywhere it answers as Llama's
 * recorded outputs; a layer without them is Llama with frequencies of zero; which layers those are,
 * and that windows follow them. Not checked: a real checkpoint against the original class.
 */
final class SmolLm3Test {
  private static final int[] TEXT = Texts.ofLength(20);

  private static EdgeModel model() throws IOException {
    return EdgeModel.of("llama-base-gqa-f32").as("SmolLM3ForSequenceClassification");
  }

  /** A scaling by so much that no position turns anything. */
  private static EdgeModel withoutPositions(EdgeModel model) {
    return model.with("rope_scaling", Map.of("rope_type", "linear", "factor", 1e30));
  }

  @Test
  void operatorsOutsideTheFastKernelsAreFew() throws IOException {
    assertThat(FastKernels.outside(model().graph(Shape.TOKENS, Qkv.SPLIT))).hasSize(8);
  }

  @Test
  void withRotaryPositionsEverywhereItIsLlama() throws IOException {
    EdgeModel model = model().with("no_rope_layers", List.of(1, 1, 1));
    for (GoldenCase.Input input : GoldenCase.of("llama-base-gqa-f32").inputs()) {
      for (int row = 0; row < input.ids().length; row++) {
        assertThat(model.answer(input.ids()[row], input.mask()[row]))
            .as("%s, row %d", input.name(), row)
            .containsExactly(input.answer()[row], Texts.SAME);
      }
    }
  }

  @Test
  void withoutRotaryPositionsItIsLlamaThatDoesNotTurn() throws IOException {
    EdgeModel llama = withoutPositions(EdgeModel.of("llama-base-gqa-f32"));
    float[] expected = llama.answer(TEXT);
    assertThat(model().with("no_rope_layers", List.of(0, 0, 0)).answer(TEXT))
        .containsExactly(expected, Texts.SAME);
  }

  @Test
  void everySecondLayerIsTheOddOnes() throws IOException {
    float[] listed = model().with("no_rope_layers", List.of(1, 0, 1)).answer(TEXT);
    assertThat(model().with("no_rope_layer_interval", 2).answer(TEXT)).containsExactly(listed);
    assertThat(model().with("no_rope_layers", List.of(0, 1, 1)).answer(TEXT)).isNotEqualTo(listed);
  }

  @Test
  void theFourthLayerIsTheFirstWithoutPositions() throws IOException {
    float[] threeLayers = model().with("no_rope_layers", List.of(1, 1, 1)).answer(TEXT);
    assertThat(model().answer(TEXT)).containsExactly(threeLayers);
  }

  @Test
  void windowsAreOfTheLayersWithoutPositions() throws IOException {
    EdgeModel windows = model().with("use_sliding_window", true).with("sliding_window", 4);
    EdgeModel mistral = EdgeModel.of("llama-base-gqa-f32").as("MistralForSequenceClassification");
    float[] expected = withoutPositions(mistral.with("sliding_window", 4)).answer(TEXT);
    assertThat(windows.with("no_rope_layers", List.of(0, 0, 0)).answer(TEXT))
        .containsExactly(expected, Texts.SAME);
    float[] everywhere = model().with("no_rope_layers", List.of(1, 1, 1)).answer(TEXT);
    assertThat(windows.with("no_rope_layers", List.of(1, 1, 1)).answer(TEXT))
        .containsExactly(everywhere);
  }

  @Test
  void aListOfTooFewLayersIsRefused() {
    assertThatThrownBy(() -> model().with("no_rope_layers", List.of(1, 0)).answer(TEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no_rope_layers names 2 layers");
  }

  @Test
  void tokensAreClassifiedByTheSameScoreWithBias() throws IOException {
    EdgeModel tagger =
        model()
            .as("SmolLM3ForTokenClassification")
            .with("score.bias", Shape.of(2), new float[] {1, 2});
    float[] pooled = model().answer(TEXT);
    float[] tagged = tagger.answer(TEXT);
    float[] last = Arrays.copyOfRange(tagged, tagged.length - 2, tagged.length);
    for (int i = 0; i < 2; i++) {
      last[i] -= i + 1;
    }
    assertThat(last).containsExactly(pooled, Texts.SAME);
  }
}
