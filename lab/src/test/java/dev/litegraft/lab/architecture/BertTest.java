package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class BertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "bert-seqcls",
        "bert-seqcls-1label-regression",
        "bert-seqcls-gelu_new-3labels-f16",
        "bert-seqcls-sharded",
        "bert-tokencls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "bert.encoder.layer." + (k - 1);
  }

  @Test
  void bareModelGivesTheHiddenStatesOfHuggingFace() throws IOException {
    EdgeModel model = EdgeModel.of("bert-model-meanpool");
    for (GoldenCase.Input input : GoldenCase.of("bert-model-meanpool").inputs()) {
      for (int row = 0; row < input.ids().length; row++) {
        int[] mask = input.mask()[row];
        int[] types = input.types().isPresent() ? input.types().get()[row] : null;
        float[] states = model.answer(input.ids()[row], mask, types);
        float[] expected = input.answer()[row];
        assertThat(states).hasSameSizeAs(expected);
        for (int i = 0; i < states.length; i++) {
          if (mask[i / (states.length / mask.length)] == 1) {
            assertThat(states[i])
                .as("%s, row %d, number %d", input.name(), row, i)
                .isCloseTo(expected[i], Offset.offset((float) GoldenAnswers.FILE_TOLERANCE));
          }
        }
      }
    }
  }
}
