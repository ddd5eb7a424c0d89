package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  /** Trained lengths and factors, where both are there and disagree: 64 tokens, trained with 32. */
  @Test
  void yarnsFactorIsTheRatioOfTheLengthsBeforeTransformers4_57() throws IOException {
    Map<String, Object> scaling =
        Map.of("rope_type", "yarn", "factor", 4.0, "original_max_position_embeddings", 32);
    assertThat(RotaryEmbedding.of(config(scaling), 16).attentionFactor())
        .isEqualTo((float) (0.1 * Math.log(2) + 1));
    assertThat(RotaryEmbedding.of(newer(scaling), 16).attentionFactor())
        .isEqualTo((float) (0.1 * Math.log(4) + 1));
    HfConfig last = config(scaling).with("transformers_version", "4.57.6");
    assertThat(RotaryEmbedding.of(last, 16).attentionFactor())
        .isEqualTo((float) (0.1 * Math.log(4) + 1));
  }

  @Test
  void longropeIsTrainedForTheLengthBesideItUpToTransformers4() throws IOException {
    Map<String, Object> scaling =
        Map.of(
            "rope_type",
            "longrope",
            "factor",
            3.0,
            "original_max_position_embeddings",
            16,
            "short_factor",
            List.of(1.0, 1.0),
            "long_factor",
            List.of(2.0, 2.0));
    RotaryEmbedding alone = RotaryEmbedding.of(config(scaling), 4);
    assertThat(alone.attentionFactor()).isEqualTo(longrope(3, 64));
    assertThat(alone.frequencies(64)).isEqualTo(alone.frequencies(1));
    HfConfig with = config(scaling).with("original_max_position_embeddings", 32);
    RotaryEmbedding beside = RotaryEmbedding.of(with, 4);
    assertThat(beside.attentionFactor()).isEqualTo(longrope(2, 32));
    assertThat(beside.frequencies(33)[0]).isEqualTo(beside.frequencies(32)[0] / 2);
    RotaryEmbedding newer = RotaryEmbedding.of(newer(scaling), 4);
    assertThat(newer.attentionFactor()).isEqualTo(longrope(3, 16));
    assertThat(newer.frequencies(17)[0]).isEqualTo(newer.frequencies(16)[0] / 2);
  }

  /** LongRoPE, arXiv:2402.13753. */
  private static float longrope(double factor, int trained) {
    return (float) Math.sqrt(1 + Math.log(factor) / Math.log(trained));
  }

  /** 3 of 12 numbers need frequencies for 0 and 2, which turn 4. */
  @Test
  void ofAnOddPartOfAHeadOneNumberMoreTurns() throws IOException {
    HfConfig config = config(Map.of("rope_type", "default"));
    RotaryEmbedding part = RotaryEmbedding.of(config.with("partial_rotary_factor", 0.25), 12);
    assertThat(part.width()).isEqualTo(4);
    assertThat(part.frequencies(1)).hasSize(2);
    double theta = config.number("rope_theta");
    assertThat(part.frequencies(1)[1]).isCloseTo((float) Math.pow(theta, -2.0 / 3), within(1e-6f));
    assertThatThrownBy(() -> RotaryEmbedding.of(config, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("even head width");
  }

  /**
   * Recorded of GPT-NeoX with heads of 4, transformers 5.18: inv_freq is [] of yarn, [1.0] else.
   */
  @Test
  void ofOneNumberYarnTurnsNothingAndTheBaseHasNoEffect() throws IOException {
    RotaryEmbedding yarn = ofOneNumber(Map.of("rope_type", "yarn", "factor", 4.0));
    assertThat(yarn.frequencies(9)).containsExactly(0);
    assertThat(yarn.attentionFactor()).isEqualTo(1);
    RotaryEmbedding dynamic = ofOneNumber(Map.of("rope_type", "dynamic", "factor", 4.0));
    assertThat(dynamic.frequencies(500)).containsExactly(1);
  }

  private static RotaryEmbedding ofOneNumber(Map<String, Object> scaling) throws IOException {
    return RotaryEmbedding.of(config(scaling).with("partial_rotary_factor", 0.25), 4);
  }

  /** transformers warns of it, and computes. */
  @Test
  void aScalingMayAlsoStretch() throws IOException {
    RotaryEmbedding half =
        RotaryEmbedding.of(config(Map.of("rope_type", "linear", "factor", 0.5)), 4);
    assertThat(half.frequencies(1)[0]).isEqualTo(2);
    HfConfig none = config(Map.of("rope_type", "linear", "factor", 0));
    assertThatThrownBy(() -> RotaryEmbedding.of(none, 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("factor is 0.0");
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

  private static HfConfig newer(Map<String, Object> scaling) throws IOException {
    return config(Map.of())
        .without("rope_scaling")
        .without("rope_theta")
        .with("rope_parameters", scaling);
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
