package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Qwen 2 and Qwen 3 do alike: some of their layers may see a window of tokens alone. */
abstract class QwenContract extends ArchitectureContract {
  /** The recorded case, in three layers. */
  abstract String recorded();

  @Override
  List<String> cases() {
    return List.of(recorded());
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  private EdgeModel sliding() throws IOException {
    return EdgeModel.of(recorded())
        .with("use_sliding_window", true)
        .with("sliding_window", 4)
        .with("max_window_layers", 2);
  }

  @Test
  void layersFromMaxWindowLayersOnHaveTheWindow() throws IOException {
    int[] text = Texts.ofLength(30);
    List<String> types = List.of("full_attention", "full_attention", "sliding_attention");
    float[] listed = sliding().with("layer_types", types).answer(text);
    assertThat(sliding().with("transformers_version", "4.53.1").answer(text))
        .containsExactly(listed);
    assertThat(sliding().without("use_sliding_window").without("sliding_window").answer(text))
        .isNotEqualTo(listed);
  }

  /** As transformers did before 4.53 with eager attention, of which the recorded outputs are. */
  @Test
  void anOlderConfigHasTheWindowInEveryLayer() throws IOException {
    int[] text = Texts.ofLength(30);
    float[] whole = sliding().answer(text);
    List<String> types = List.of("sliding_attention", "sliding_attention", "sliding_attention");
    assertThat(sliding().with("layer_types", types).answer(text)).containsExactly(whole);
    assertThat(sliding().answer(Texts.last(10, text))).containsExactly(whole, Texts.SAME);
  }

  @Test
  void withoutAWidthTheWindowIsThatOfTheClassAndWithNullThereIsNone() throws IOException {
    int[] text = Texts.ofLength(30);
    float[] wide = sliding().with("use_sliding_window", false).answer(text);
    assertThat(sliding().without("sliding_window").answer(text))
        .containsExactly(wide, Texts.SAME); // 4096 tokens
    assertThat(sliding().with("sliding_window", null).answer(text)).containsExactly(wide);
  }

  @Test
  void aWindowOfUnknownWidthIsRefused() throws IOException {
    EdgeModel listed =
        sliding()
            .with("layer_types", List.of("full_attention", "full_attention", "sliding_attention"));
    assertThatThrownBy(() -> listed.with("sliding_window", null).answer(5, 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("sliding_window does not say how wide");
  }

  @Test
  void anUnknownKindOfLayerIsRefused() {
    List<String> types = List.of("full_attention", "chunked_attention", "full_attention");
    assertThatThrownBy(() -> sliding().with("layer_types", types).answer(5, 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("chunked_attention");
  }
}
