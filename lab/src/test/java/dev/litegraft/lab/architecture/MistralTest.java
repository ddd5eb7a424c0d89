package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MistralTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("mistral-seqcls-nowindow-bf16");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  /** Three layers with a window of 4 reach back 3 · 3 tokens. */
  @Test
  void aWindowHidesWhatIsBeforeIt() throws IOException {
    EdgeModel model = EdgeModel.of("mistral-seqcls-nowindow-bf16").with("sliding_window", 4);
    int[] text = Texts.ofLength(30);
    float[] whole = model.answer(text);
    assertThat(model.answer(Texts.last(10, text))).containsExactly(whole, Texts.SAME);
    assertThat(model.with("sliding_window", 5).answer(text)).isNotEqualTo(whole);
    float[] unlimited = model.without("sliding_window").answer(text);
    assertThat(model.with("sliding_window", 30).answer(text))
        .containsExactly(unlimited, Texts.SAME);
    int[] tooFew = Texts.last(9, text);
    assertThat(model.answer(tooFew)[0]).isNotCloseTo(whole[0], Texts.SAME);
  }

  @Test
  void anEmptyWindowIsRefused() {
    assertThatThrownBy(
            () ->
                EdgeModel.of("mistral-seqcls-nowindow-bf16").with("sliding_window", 0).answer(5, 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sliding_window is 0");
  }
}
