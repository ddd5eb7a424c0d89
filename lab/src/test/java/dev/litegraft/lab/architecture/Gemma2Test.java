package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Gemma2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gemma2-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Test
  void withoutACapScoresHaveThatOfTheClassAndWithNullNone() throws IOException {
    // Of queries this much larger the largest scores come near the cap.
    EdgeModel model = EdgeModel.of("gemma2-seqcls").with("query_pre_attn_scalar", 0.05);
    int[] text = Texts.ofLength(20);
    float[] fifty = model.with("attn_logit_softcapping", 50).answer(text);
    assertThat(model.without("attn_logit_softcapping").answer(text)).containsExactly(fifty);
    float[] none = model.with("attn_logit_softcapping", null).answer(text);
    assertThat(none).isNotEqualTo(fifty);
    assertThat(model.with("attn_logit_softcapping", 1e6).answer(text))
        .containsExactly(none, Texts.SAME);
  }

  @Test
  void layerTypesMeanWhatEveryOtherLayerMeant() throws IOException {
    EdgeModel model = EdgeModel.of("gemma2-seqcls");
    int[] text = Texts.ofLength(30);
    List<String> types =
        List.of("sliding_attention", "full_attention", "sliding_attention", "full_attention");
    assertThat(model.with("layer_types", types).answer(text)).containsExactly(model.answer(text));
  }
}
