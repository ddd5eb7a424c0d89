package dev.litegraft.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestClassTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"hidden_act\": \"silu\", \"rms_norm_eps\": 1e-6, \"rope_theta\": 10000.0, \"mlp_bias\": false,"
            + " \"num_key_value_heads\": 8, \"attention_bias\": false, \"head_dim\": 64;"
            + " LlamaForTokenClassification",
        "\"hidden_act\": 1, \"layer_norm_eps\": 1, \"type_vocab_size\": 1,"
            + " \"relative_attention\": 1, \"pos_att_type\": 1; DebertaV2ForTokenClassification",
        "\"global_attn_every_n_layers\": 1, \"local_attention\": 1, \"norm_eps\": 1;"
            + " ModernBertForTokenClassification"
      })
  void theNearestClassIsNearByWhatTheConfigHasAndNotByItsName(String members, String nearest) {
    HfConfig config =
        HfConfig.parse(
            "{\"architectures\": [\"WombatForTokenClassification\"], " + members + "}",
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

  /** Classes that compute the same way: their configs differ in ids of tokens at most. */
  private static String kind(String modelType) {
    return switch (modelType) {
      case "xlm-roberta", "camembert", "data2vec-text" -> "roberta";
      default -> modelType;
    };
  }

  /** The class that the advice names for a config whose own name is another. */
  private static String nearestOf(HfConfig config) {
    try {
      Architectures.of(
          config
              .with("architectures", List.of("WombatForSequenceClassification"))
              .with("model_type", "wombat"));
    } catch (InvalidCheckpointException e) {
      return familyOf(e.remedy().replaceAll("(?s).*known class is (\\w+);.*", "$1"));
    }
    return "none";
  }

  private static String familyOf(String said) {
    return Architectures.ALL.stream()
        .filter(family -> family.classes().containsKey(said))
        .map(Architecture::modelType)
        .findFirst()
        .orElse("none: " + said);
  }

  /** The configs of the goldens: small models of every family, saved by both lines of releases. */
  @Test
  void nearlyEverySavedConfigFindsItsOwnFamily() throws IOException {
    List<String> strayed = new ArrayList<>();
    Set<String> found = new TreeSet<>();
    int count = 0;
    try (Stream<Path> cases = Files.list(Path.of("src/test/resources/golden/cases"))) {
      for (Path folder : cases.sorted().toList()) {
        HfConfig config = HfConfig.read(folder.resolve("config.json"));
        String own = config.text("model_type");
        String nearest = nearestOf(config);
        count++;
        if (kind(own).equals(kind(nearest))) {
          found.add(own);
        } else {
          strayed.add(folder.getFileName() + " is taken for " + nearest);
        }
      }
    }
    assertThat(count).isGreaterThanOrEqualTo(140);
    assertThat(found).hasSizeGreaterThan(50);
    // Their keys are the other's, and their values but for sizes.
    assertThat(strayed)
        .containsExactlyInAnyOrder(
            "deberta-v1-seqcls is taken for deberta-v2",
            "deberta-v1-tokencls is taken for deberta-v2",
            "mbart-seqcls-eos is taken for bart",
            "megatron-bert-seqcls is taken for bert",
            "roberta-prelayernorm-seqcls is taken for roberta",
            "xlm-roberta-xl-seqcls is taken for roberta");
  }
}
