package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.client.Client;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.quantize.Recipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConversionOptionsTest {
  private static final ConversionOptions USUAL = ConversionOptions.defaults();

  @Test
  void severalTextsAtOnceExcludeWhatHasOneLength() {
    Map<String, ConversionOptions> others =
        Map.of(
            "--for android", USUAL.withClient(Client.ANDROID),
            "--length 16,32", USUAL.withLengths(List.of(32, 16)),
            "--recipe static_wi8_ai8", USUAL.withRecipe(Recipe.STATIC_WI8_AI8));
    others.forEach(
        (other, options) -> {
          assertThatCode(options::requirePossible).doesNotThrowAnyException();
          assertThatThrownBy(() -> options.withBatch(4).requirePossible())
              .isInstanceOf(InvalidRequestException.class)
              .hasMessageStartingWith("--batch 4 and " + other + " are both given")
              .hasMessageContaining("several texts at once are for a dynamic length");
        });
    assertThatCode(() -> USUAL.withBatch(4).requirePossible()).doesNotThrowAnyException();
  }

  @Test
  void whatIsLeftOutAgainLeavesTheRestAsItWas() {
    ConversionOptions web = USUAL.withClient(Client.WEB).withLengths(List.of(8)).withTask("t");
    assertThat(web.withoutClient())
        .isEqualTo(USUAL.withRecipe(web.recipe()).withLengths(List.of(8)).withTask("t"));
    Confidence fitted = new Confidence(2, List.of(), List.of());
    assertThat(web.withConfidence(fitted).withoutConfidence()).isEqualTo(web);
  }
}
