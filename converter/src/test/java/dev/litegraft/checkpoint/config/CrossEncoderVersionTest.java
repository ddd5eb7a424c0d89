package dev.litegraft.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossEncoderVersionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"sentence_transformers\": {\"version\": \"4.1.0\"}}; true",
        "{\"sentence_transformers\": {\"version\": \"5.4.0\"}}; false",
        "{\"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\"}; true",
        "{}; false"
      })
  void crossEncodersBefore54AreKnownByTheirConfig(String config, boolean old) {
    assertThat(ProblemTypes.isOldCrossEncoder(HfConfig.parse(config, "config.json")))
        .isEqualTo(old);
  }
}
