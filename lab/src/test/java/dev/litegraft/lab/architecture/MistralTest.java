package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.Shape;
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
    float[] unlimited = model.with("sliding_window", null).answer(text);
    assertThat(model.with("sliding_window", 30).answer(text))
        .containsExactly(unlimited, Texts.SAME);
    int[] tooFew = Texts.last(9, text);
    assertThat(model.answer(tooFew)[0]).isNotCloseTo(whole[0], Texts.SAME);
  }

  /** Of the class: 8 where the key is absent, one a query head where it is null. */
  @Test
  void nullIsNotTheDefaultNumberOfKeyHeads() throws IOException {
    EdgeModel model = EdgeModel.of("mistral-seqcls-nowindow-bf16");
    EdgeModel own = model.with("num_key_value_heads", null);
    for (int layer = 0; layer < 3; layer++) {
      for (String projection : List.of("k_proj", "v_proj")) {
        String tensor = "model.layers." + layer + ".self_attn." + projection + ".weight";
        float[] shared = model.numbers(tensor); // 2 heads of 16 rows, each for 2 query heads
        float[] copied = new float[2 * shared.length];
        for (int head = 0; head < 4; head++) {
          System.arraycopy(shared, head / 2 * 16 * 64, copied, head * 16 * 64, 16 * 64);
        }
        own = own.with(tensor, Shape.of(64, 64), copied);
      }
    }
    int[] text = Texts.ofLength(20);
    assertThat(own.answer(text)).containsExactly(model.answer(text), Texts.SAME);
    EdgeModel absent = model.without("num_key_value_heads");
    assertThatThrownBy(() -> absent.answer(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("config.json asks for [128, 64]");
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
