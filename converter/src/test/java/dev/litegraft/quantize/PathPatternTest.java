package dev.litegraft.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource({
    "score, score, true",
    "score, scores, false",
    "*, anything.at.all, true",
    "a*, a, true",
    "*a, a, true",
    "a*a, a, false",
    "a*a, aa, true",
    "ab*bc, abc, false",
    "layers.*.q_proj, layers.0.self_attn.q_proj, true",
    "layers.*.q_proj, layers.0.self_attn.q_proj.lora, false",
    "layers.0.*proj*, layers.0.q_proj, true",
    "*ab*ab*, ab, false",
    "*ab*ab*, xabab, true",
    "a|b*, bc, true",
    "a|b*, ac, false",
    "a.b, axb, false"
  })
  void aStarStandsForAnything(String pattern, String path, boolean fits) {
    assertThat(PathPattern.of(pattern, "test").fits(path)).isEqualTo(fits);
  }

  @Test
  @Timeout(value = 300, unit = TimeUnit.SECONDS)
  void manyStarsTakeNoTime() {
    PathPattern pattern = PathPattern.of("*a".repeat(10_000) + "*b", "test");
    assertThat(pattern.fits("a".repeat(20_000))).isFalse();
    assertThat(pattern.fits("a".repeat(20_000) + "b")).isTrue();
  }
}
