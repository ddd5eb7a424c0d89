package dev.litegraft.architecture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of models that people use and that cannot be converted the refusal says why. */
class UnreadClassTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NVEmbedModel | latent attention | llama-embed-nemotron",
        "HHEMv2ForSequenceClassification | from another model (foundation) | --pair",
        "SubwordXLMForTokenClassification | how likely a sentence ends | wtpsplit",
        "FunnelForSequenceClassification | fewer tokens | litegraft families",
        "CanineForSequenceClassification | hashes of characters | litegraft families",
        "NystromformerForSequenceClassification | landmarks | litegraft families"
      })
  void theReasonAndWhatToTry(String hfClass, String why, String remedy) {
    HfConfig config =
        HfConfig.parse(
            "{\"architectures\": [\"" + hfClass + "\"], \"auto_map\": {\"AutoModel\": \"a.B\"}}",
            "config.json");
    assertThatThrownBy(() -> Architectures.families(Optional.empty()).customCode(config))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining(hfClass)
        .hasMessageContaining(why)
        .hasMessageContaining(remedy);
    assertThatThrownBy(() -> Architectures.of(config.without("auto_map")))
        .hasMessageContaining(why);
  }
}
