package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * Granite has no recorded outputs. Checked: with factors that change nothing it answers as Llama's
 * recorded outputs, and each factor is that factor on the weights before it. Not checked: a real
 * checkpoint against the original class.
 */
final class GraniteTest {
  private static final int[] TEXT = Texts.ofLength(20);
  private static final double SCALE = 0.25; // 1/√16

  private static EdgeModel llama() throws IOException {
    return EdgeModel.of("llama-base-gqa-f32");
  }

  private static EdgeModel model() throws IOException {
    return llama().as("GraniteForSequenceClassification").with("attention_multiplier", SCALE);
  }

  @Test
  void operatorsOutsideTheFastKernelsAreFew() throws IOException {
    assertThat(FastKernels.outside(model().graph(Shape.TOKENS, Qkv.SPLIT))).hasSize(8);
  }

  @Test
  void withoutFactorsItIsLlama() throws IOException {
    for (GoldenCase.Input input : GoldenCase.of("llama-base-gqa-f32").inputs()) {
      for (int row = 0; row < input.ids().length; row++) {
        assertThat(model().answer(input.ids()[row], input.mask()[row]))
            .as("%s, row %d", input.name(), row)
            .containsExactly(input.answer()[row], Texts.SAME);
      }
    }
  }

  @Test
  void theEmbeddingFactorIsOnTheTable() throws IOException {
    EdgeModel expected = llama().mapping("model.embed_tokens.weight", v -> v * 12);
    assertThat(model().with("embedding_multiplier", 12).answer(TEXT))
        .containsExactly(expected.answer(TEXT), Texts.SAME);
  }

  @Test
  void theAttentionFactorStandsForOneOverTheRoot() throws IOException {
    EdgeModel expected = llama();
    for (int i = 0; i < 3; i++) {
      String query = "model.layers." + i + ".self_attn.q_proj.weight";
      expected = expected.mapping(query, v -> v * 0.5 / SCALE);
    }
    assertThat(model().with("attention_multiplier", 0.5).answer(TEXT))
        .containsExactly(expected.answer(TEXT), Texts.SAME);
  }

  @Test
  void theResidualFactorIsOnWhatALayerAdds() throws IOException {
    EdgeModel expected = llama();
    for (int i = 0; i < 3; i++) {
      String layer = "model.layers." + i;
      expected = expected.mapping(layer + ".self_attn.o_proj.weight", v -> v * 0.22);
      expected = expected.mapping(layer + ".mlp.down_proj.weight", v -> v * 0.22);
    }
    assertThat(model().with("residual_multiplier", 0.22).answer(TEXT))
        .containsExactly(expected.answer(TEXT), Texts.SAME);
  }

  @Test
  void logitsAreScaledInTheLanguageModelAlone() throws IOException {
    assertThat(model().with("logits_scaling", 8).answer(TEXT))
        .containsExactly(model().answer(TEXT));
  }
}
