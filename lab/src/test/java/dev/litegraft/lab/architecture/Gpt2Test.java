package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Gpt2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gpt2-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "transformer.h." + (k - 1);
  }

  private static EdgeModel model() throws IOException {
    return EdgeModel.of("gpt2-seqcls");
  }

  /** The factor on the columns of c_attn that make the queries, and on their bias. */
  private static EdgeModel scalingQueries(EdgeModel model, int layer, double factor)
      throws IOException {
    String fused = "transformer.h." + layer + ".attn.c_attn.";
    float[] weight = model.numbers(fused + "weight"); // [64, 192]
    float[] bias = model.numbers(fused + "bias");
    for (int i = 0; i < weight.length; i++) {
      weight[i] *= (float) (i % 192 < 64 ? factor : 1);
    }
    for (int i = 0; i < 64; i++) {
      bias[i] *= (float) factor;
    }
    return model
        .with(fused + "weight", Shape.of(64, 192), weight)
        .with(fused + "bias", Shape.of(192), bias);
  }

  @Test
  void scoresMayBeScaledByTheLayer() throws IOException {
    EdgeModel expected = model();
    for (int i = 0; i < 3; i++) {
      expected = scalingQueries(expected, i, 1.0 / (i + 1));
    }
    int[] text = Texts.ofLength(20);
    assertThat(model().with("scale_attn_by_inverse_layer_idx", true).answer(text))
        .containsExactly(expected.answer(text), Texts.SAME);
  }

  @Test
  void scoresMayBeLeftUnscaled() throws IOException {
    EdgeModel expected = model();
    for (int i = 0; i < 3; i++) {
      expected = scalingQueries(expected, i, 4); // √16
    }
    int[] text = Texts.ofLength(20);
    assertThat(model().with("scale_attn_weights", false).answer(text))
        .containsExactly(expected.answer(text), Texts.SAME);
  }

  @Test
  void tokensAreClassifiedByClassifierWithBias() throws IOException {
    int[] text = Texts.ofLength(20);
    EdgeModel tagger =
        model()
            .as("GPT2ForTokenClassification")
            .with("classifier.weight", Shape.of(3, 64), model().numbers("score.weight"))
            .with("classifier.bias", Shape.of(3), new float[3]);
    float[] tagged = tagger.answer(text);
    assertThat(Arrays.copyOfRange(tagged, tagged.length - 3, tagged.length))
        .containsExactly(model().answer(text), Texts.SAME);
  }

  @Test
  void crossAttentionIsRefused() {
    assertThatThrownBy(() -> model().with("add_cross_attention", true).answer(5, 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("add_cross_attention");
  }
}
