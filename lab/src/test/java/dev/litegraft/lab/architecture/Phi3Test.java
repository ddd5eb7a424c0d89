package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class Phi3Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("phi3-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  /** With factors that are all the same, longrope is linear scaling and a factor on the scores. */
  @Test
  void longropeTakesItsFactorsByTheTextsLength() throws IOException {
    EdgeModel plain = EdgeModel.of("phi3-seqcls");
    EdgeModel longrope =
        plain
            .with("original_max_position_embeddings", 32)
            .with(
                "rope_scaling",
                Map.of(
                    "type", "longrope",
                    "short_factor", Collections.nCopies(8, 1.5),
                    "long_factor", Collections.nCopies(8, 3.0)));
    double attention = Math.sqrt(1 + Math.log(2) / Math.log(32));
    for (int tokens : new int[] {20, 32, 33, 50}) {
      EdgeModel linear =
          plain.with("rope_scaling", Map.of("type", "linear", "factor", tokens > 32 ? 3 : 1.5));
      for (int layer = 0; layer < 2; layer++) {
        String fused = "model.layers." + layer + ".self_attn.qkv_proj.weight";
        float[] numbers = linear.numbers(fused);
        for (int i = 0; i < 64 * 64; i++) {
          numbers[i] *= (float) (attention * attention); // the queries
        }
        linear = linear.with(fused, linear.shape(fused), numbers);
      }
      int[] text = Texts.ofLength(tokens);
      assertThat(longrope.answer(text))
          .as("%d tokens", tokens)
          .containsExactly(linear.answer(text), Texts.SAME);
    }
  }

  /** Two layers with a window of 4 reach back 2 · 3 tokens. */
  @Test
  void aWindowHidesWhatIsBeforeIt() throws IOException {
    EdgeModel model = EdgeModel.of("phi3-seqcls").with("sliding_window", 4);
    int[] text = Texts.ofLength(30);
    float[] whole = model.answer(text);
    assertThat(model.answer(Texts.last(7, text))).containsExactly(whole, Texts.SAME);
    assertThat(model.without("sliding_window").answer(text)).isNotEqualTo(whole);
  }

  @Test
  void theTrainedLengthIsTheClassesWhereTheConfigDoesNotSay() throws IOException {
    EdgeModel model =
        EdgeModel.of("phi3-seqcls")
            .with("max_position_embeddings", 8192)
            .with(
                "rope_scaling",
                Map.of(
                    "type", "longrope",
                    "short_factor", Collections.nCopies(8, 1.5),
                    "long_factor", Collections.nCopies(8, 3.0)));
    int[] text = Texts.ofLength(20);
    float[] said = model.with("original_max_position_embeddings", 4096).answer(text);
    assertThat(model.without("original_max_position_embeddings").answer(text))
        .containsExactly(said);
    assertThat(model.with("original_max_position_embeddings", 8192).answer(text))
        .isNotEqualTo(said);
  }

  /** Of 16 numbers a head the last 8 do not turn: those of a model whose positions differ there. */
  @Test
  void aPartOfEveryHeadTurns() throws IOException {
    EdgeModel half = EdgeModel.of("phi3-seqcls").with("partial_rotary_factor", 0.5);
    int[] text = Texts.ofLength(20);
    for (int layer = 0; layer < 2; layer++) {
      String fused = "model.layers." + layer + ".self_attn.qkv_proj.weight";
      float[] numbers = half.numbers(fused);
      for (int row = 0; row < 96; row++) { // queries and keys
        for (int i = 0; i < 64 && row % 16 < 8; i++) {
          numbers[row * 64 + i] = 0;
        }
      }
      half = half.with(fused, half.shape(fused), numbers);
    }
    EdgeModel still = half.with("rope_scaling", Map.of("rope_type", "linear", "factor", 1e30));
    assertThat(half.answer(text)).containsExactly(still.answer(text), Texts.SAME);
    assertThat(half.with("partial_rotary_factor", 1.0).answer(text))
        .isNotEqualTo(half.answer(text));
  }
}
