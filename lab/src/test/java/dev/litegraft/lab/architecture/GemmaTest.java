package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GemmaTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gemma-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Test
  void theActivationIsThatOfTheReleaseThatSavedIt() throws IOException {
    EdgeModel tanh = EdgeModel.of("gemma-seqcls");
    EdgeModel erf = tanh.with("hidden_act", "gelu");
    int[] text = Texts.ofLength(20);
    assertThat(erf.answer(text)).isNotEqualTo(tanh.answer(text));
    assertThat(erf.with("transformers_version", "4.38.0").answer(text))
        .containsExactly(tanh.answer(text));
  }

  @Test
  void aConfigWithoutPadTokenMeansZero() throws IOException {
    EdgeModel model = EdgeModel.of("gemma-seqcls");
    int[] padded = {9, 8, 7, 0, 0};
    assertThat(model.without("pad_token_id").answer(padded)).containsExactly(model.answer(padded));
  }

  /** As Llama without one, which is recorded: the very last token is read. */
  @Test
  void aPadTokenOfNullIsNone() throws IOException {
    EdgeModel model = EdgeModel.of("gemma-seqcls");
    EdgeModel none = model.with("pad_token_id", null);
    assertThat(none.answer(9, 8, 7, 0))
        .containsExactly(model.with("pad_token_id", 5).answer(9, 8, 7, 0));
    assertThat(none.answer(9, 8, 7, 0)).isNotEqualTo(model.answer(9, 8, 7, 0));
  }
}
