package dev.litegraft.architecture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.config.HfConfig;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestClassTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "hidden_act rms_norm_eps rope_theta mlp_bias num_key_value_heads attention_bias head_dim;"
            + " LlamaForTokenClassification",
        "hidden_act layer_norm_eps type_vocab_size relative_attention pos_att_type;"
            + " DebertaV2ForTokenClassification",
        "global_attn_every_n_layers local_attention norm_eps; ModernBertForTokenClassification"
      })
  void theNearestClassIsNearByWhatTheConfigHasAndNotByItsName(String keys, String nearest) {
    String members = keys.replaceAll("(\\w+) ?", ", \"$1\": 1");
    HfConfig config =
        HfConfig.parse(
            "{\"architectures\": [\"WombatForTokenClassification\"]" + members + "}",
            "config.json");
    assertThatThrownBy(() -> Architectures.of(config))
        .hasMessageContaining("no family has the class WombatForTokenClassification")
        .hasMessageContaining("by the keys of config.json the nearest known class is " + nearest);
  }

  @ParameterizedTest
  @CsvSource({"{}", "{\"wombats\": 3}"})
  void aConfigThatIsLikeNoneHasNoNearestClass(String json) {
    HfConfig config =
        HfConfig.parse(json, "config.json")
            .with("architectures", List.of("WombatForTokenClassification"));
    assertThatThrownBy(() -> Architectures.of(config))
        .hasMessageContaining("`litegraft families` lists what can be converted")
        .hasMessageNotContaining("nearest");
  }
}
