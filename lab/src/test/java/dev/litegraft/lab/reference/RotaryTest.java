package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.checkpoint.HfConfig;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RotaryTest {
  private final PlainLayers f = PlainLayers.of(1);

  @Test
  void anglesAreProductsInF32() {
    RotaryEmbedding embedding = RotaryEmbedding.plain(10000, 4);
    Array positions = f.positions(Array.filled(Shape.of(2, 300), 0));

    Rope<Array> rope = f.rope(positions, embedding);

    assertThat(rope.cos().shape()).isEqualTo(Shape.of(2, 300, 2));
    float angle = 299f * embedding.frequencies(300)[1];
    assertThat(rope.cos().numbers()[2 * 299 + 1]).isEqualTo((float) Math.cos(angle));
    assertThat(rope.sin().numbers()[2 * 599 + 1]).isEqualTo((float) Math.sin(angle));
    assertThat(rope.sin().numbers()[0]).isZero();
  }

  @Test
  void cosAndSinAreScaledByTheAttentionFactor() throws IOException {
    RotaryEmbedding yarn =
        RotaryEmbedding.of(config(Map.of("rope_type", "yarn", "factor", 4.0)), 4);

    Rope<Array> rope = f.rope(f.positions(Array.filled(Shape.of(1, 2), 0)), yarn);

    assertThat(yarn.attentionFactor()).isGreaterThan(1);
    assertThat(rope.cos().numbers()[0]).isEqualTo(yarn.attentionFactor());
    assertThat(rope.sin().numbers()[2])
        .isEqualTo((float) Math.sin(yarn.frequencies(2)[0]) * yarn.attentionFactor());
  }

  @Test
  void frequenciesMayDependOnTheLength() throws IOException {
    HfConfig config = config(Map.of("rope_type", "dynamic", "factor", 4.0));
    RotaryEmbedding dynamic = RotaryEmbedding.of(config, 4);
    int trained = config.integer("max_position_embeddings");

    Rope<Array> within = f.rope(f.positions(Array.filled(Shape.of(1, trained), 0)), dynamic);
    Rope<Array> beyond = f.rope(f.positions(Array.filled(Shape.of(1, 2 * trained), 0)), dynamic);

    assertThat(within.sin().numbers()[3]).isEqualTo((float) Math.sin(dynamic.frequencies(1)[1]));
    assertThat(beyond.sin().numbers()[3])
        .isEqualTo((float) Math.sin(dynamic.frequencies(2 * trained)[1]))
        .isNotEqualTo(within.sin().numbers()[3]);
  }

  private static HfConfig config(Map<String, Object> scaling) throws IOException {
    Path folder = GoldenCase.read("llama-base-gqa-f32").folder();
    return HfConfig.read(folder.resolve("config.json")).with("rope_scaling", scaling);
  }

  @Test
  void numberITurnsWithNumberIPlusR() {
    Array x = Array.of(Shape.of(1, 1, 1, 6), 1, 2, 3, 4, 5, 6);
    Rope<Array> rope =
        new Rope<>(Array.of(Shape.of(1, 1, 2), 0, 0.6f), Array.of(Shape.of(1, 1, 2), 1, 0.8f));

    // (1, 3) by 90 degrees, (2, 4) by the angle of 0.6 and 0.8; 5 and 6 stay.
    assertThat(f.rotate(x, rope).numbers())
        .containsExactly(new float[] {-3, -2, 1, 4, 5, 6}, within(1e-6f));
  }

  @Test
  void turningKeepsLengthsAndUndoesWithTheOppositeAngle() {
    for (int seed = 0; seed < 20; seed++) {
      RandomArrays random = new RandomArrays(seed);
      int b = random.size(1, 3);
      int t = random.size(1, 9);
      int r = random.size(1, 5);
      Array x = random.array(b, random.size(1, 3), t, 2 * r + random.size(0, 3));
      Array positions = f.positions(Array.filled(Shape.of(seed % 2 == 0 ? b : 1, t), 0));
      Rope<Array> rope = f.rope(positions, RotaryEmbedding.plain(100, 2 * r));
      Rope<Array> back = new Rope<>(rope.cos(), f.scale(rope.sin(), -1));

      assertThat(f.rotate(f.rotate(x, rope), back).numbers())
          .as("seed %s", seed)
          .containsExactly(x.numbers(), within(1e-6f));
    }
  }

  @Test
  void anglesOfOtherTokensAreNamed() {
    Rope<Array> rope =
        f.rope(f.positions(Array.filled(Shape.of(1, 3), 0)), RotaryEmbedding.plain(100, 4));

    assertThatThrownBy(() -> f.rotate(Array.filled(Shape.of(1, 1, 2, 4), 0), rope))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("heads [1, 1, 2, 4] with rotary angles [1, 3, 2]");
  }
}
