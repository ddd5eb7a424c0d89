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
  void layerTypesMeanWhatEveryOtherLayerMeant() throws IOException {
    EdgeModel model = EdgeModel.of("gemma2-seqcls");
    int[] text = Texts.ofLength(30);
    List<String> types =
        List.of("sliding_attention", "full_attention", "sliding_attention", "full_attention");
    assertThat(model.with("layer_types", types).answer(text)).containsExactly(model.answer(text));
  }
}
