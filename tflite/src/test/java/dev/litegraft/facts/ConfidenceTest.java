package dev.litegraft.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.facts.Fact.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfidenceTest {
  private static final Place PLACE = new Place("confidence", "model.tflite");

  @Test
  void whatIsWrittenIsRead() {
    Confidence all = new Confidence(1.5, List.of(0.0, -0.25), List.of(0.5, 1.0));
    assertThat(Confidence.KIND.read(Confidence.KIND.write(all), PLACE)).isEqualTo(all);
    Confidence plain = new Confidence(2, List.of(), List.of());
    assertThat(Confidence.KIND.write(plain)).isEqualTo(Map.of("temperature", 2.0));
    assertThat(Confidence.KIND.read(Map.of("temperature", 2L), PLACE)).isEqualTo(plain);
  }

  @Test
  void itFitsAsManyLabelsAsItHasNumbers() {
    Confidence two = new Confidence(1, List.of(0.0, 1.0), List.of());
    assertThat(two.fits(2)).isTrue();
    assertThat(two.fits(3)).isFalse();
    assertThat(new Confidence(1, List.of(), List.of()).fits(9)).isTrue();
  }

  @Test
  void whatIsNoConfidenceIsRefused() {
    for (Map<String, Object> json :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("temperature", 0.0),
            Map.of("temperature", "warm"),
            Map.of("temperature", Double.NaN),
            Map.of("temperature", 1.0, "bias", "none"),
            Map.of("temperature", 1.0, "bias", List.of(Double.POSITIVE_INFINITY)),
            Map.of("temperature", 1.0, "thresholds", List.of(1.5)))) {
      assertThatThrownBy(() -> Confidence.KIND.read(json, PLACE))
          .as(json.toString())
          .isInstanceOf(InvalidFileException.class)
          .hasMessageContaining("confidence");
    }
  }
}
