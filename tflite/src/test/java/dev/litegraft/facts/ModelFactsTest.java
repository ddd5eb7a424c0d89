package dev.litegraft.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

public class ModelFactsTest {
  public static final ModelFacts FACTS =
      ModelFacts.builder()
          .with(ModelFacts.LITEGRAFT_VERSION, "0.1.0")
          .with(ModelFacts.FAMILY, "llama")
          .with(ModelFacts.HF_CLASS, "LlamaForSequenceClassification")
          .with(ModelFacts.TASK, Task.SEQUENCE_CLASSIFICATION)
          .with(ModelFacts.LABELS, List.of("부정", "긍정"))
          .with(ModelFacts.PROBLEM_TYPE, ProblemType.SINGLE_LABEL)
          .with(ModelFacts.POOLING, List.of(Pooling.LAST))
          .with(ModelFacts.PAD_TOKEN_ID, 0)
          .with(ModelFacts.PADDING_SIDE, Side.RIGHT)
          .with(ModelFacts.MAX_LENGTH, 128)
          .with(ModelFacts.MODEL_MAX_POSITIONS, 2048)
          .with(ModelFacts.TOKEN_TYPES, false)
          .with(ModelFacts.SIGNATURE_NAMES, SignatureNames.HF)
          .with(ModelFacts.RECIPE, "dynamic_wi8_afp32")
          .with(ModelFacts.PARAMETERS, 134_515_008L)
          .with(ModelFacts.LENGTHS, List.of())
          .with(ModelFacts.NORMALIZE, false)
          .with(
              ModelFacts.COMPRESSED,
              Map.of("tokenizer.json.gz", new ModelFacts.Compressed(2048, "2".repeat(64))))
          .with(
              ModelFacts.PROVENANCE,
              new ModelFacts.Provenance(
                  "0".repeat(64),
                  List.of("model.safetensors"),
                  Map.of("model.norm.weight", "1".repeat(64))))
          .build();

  private static final String JSON =
      """
      {
        "format_version" : 2,
        "litegraft_version" : "0.1.0",
        "family" : "llama",
        "hf_class" : "LlamaForSequenceClassification",
        "task" : "sequence_classification",
        "labels" : [ "부정", "긍정" ],
        "problem_type" : "single_label_classification",
        "pooling" : "last",
        "pad_token_id" : 0,
        "padding_side" : "right",
        "max_length" : 128,
        "model_max_positions" : 2048,
        "token_types" : false,
        "signature_names" : "hf",
        "recipe" : "dynamic_wi8_afp32",
        "parameters" : 134515008,
        "lengths" : [ ],
        "normalize" : false,
        "compressed" : {
          "tokenizer.json.gz" : {
            "bytes" : 2048,
            "sha256" : "%s"
          }
        },
        "provenance" : {
          "config_sha256" : "%s",
          "source_files" : [ "model.safetensors" ],
          "tensor_sha256" : {
            "model.norm.weight" : "%s"
          }
        }
      }
      """
          .formatted("2".repeat(64), "0".repeat(64), "1".repeat(64));

  private static ModelFacts read(String json) {
    return ModelFacts.read(json.getBytes(StandardCharsets.UTF_8), "model.tflite");
  }

  @Test
  void theTextIsStable() {
    assertThat(FACTS.toJson()).isEqualTo(JSON);
  }

  @Test
  void factsComeBack() {
    assertThat(read(JSON)).isEqualTo(FACTS);
  }

  @Test
  void factsThatAreNotThereStayAway() {
    ModelFacts facts =
        ModelFacts.builder()
            .with(ModelFacts.LITEGRAFT_VERSION, "0.1.0")
            .with(ModelFacts.FAMILY, "bert")
            .with(ModelFacts.HF_CLASS, "BertModel")
            .with(ModelFacts.TASK, Task.EMBEDDING)
            .with(ModelFacts.LABELS, List.of())
            .with(ModelFacts.PROBLEM_TYPE, Optional.empty())
            .with(ModelFacts.POOLING, List.of(Pooling.CLS, Pooling.WEIGHTEDMEAN))
            .with(ModelFacts.PADDING_SIDE, Side.LEFT)
            .with(ModelFacts.MAX_LENGTH, 512)
            .with(ModelFacts.TOKEN_TYPES, true)
            .with(ModelFacts.SIGNATURE_NAMES, SignatureNames.POSITIONAL)
            .with(ModelFacts.RECIPE, "f32")
            .with(ModelFacts.PARAMETERS, 1L)
            .with(ModelFacts.LENGTHS, List.of(16, 32))
            .with(ModelFacts.NORMALIZE, true)
            .with(ModelFacts.PROMPT, "query: ")
            .with(ModelFacts.STRIP, true)
            .with(ModelFacts.LOWER_CASE, true)
            .with(
                ModelFacts.PROVENANCE,
                new ModelFacts.Provenance("a".repeat(64), List.of(), Map.of()))
            .build();
    assertThat(read(facts.toJson())).isEqualTo(facts);
    assertThat(facts.toJson())
        .doesNotContain("null")
        .containsPattern("\"must_understand\" : \\{\\s+\"strip\" : true");
  }

  @Test
  void aFileOfTheFirstFormatStillOpens() {
    String first =
        JSON.replace("\"format_version\" : 2", "\"format_version\" : 1")
            .replaceFirst("(?s)  \"compressed\" : .*?\\},\n  \"prov", "  \"prov");
    assertThat(first).doesNotContain("compressed");
    assertThat(read(first)).isEqualTo(FACTS.with(ModelFacts.COMPRESSED, Map.of()));
  }

  @Test
  void aNewerFormatAsksForANewerLitegraft() {
    refused(JSON.replace("\"format_version\" : 2", "\"format_version\" : 3"), "format_version 3");
  }

  @Test
  void aMissingFactIsNamed() {
    refused(JSON.replace("  \"family\" : \"llama\",\n", ""), "\"family\" is missing");
  }

  @Test
  void aFactOfAnotherKindIsNamed() {
    refused(JSON.replace(": 128", ": \"128\""), "\"max_length\" is not a whole number");
    refused(JSON.replace(": 128", ": 0"), "\"max_length\" is not a whole number");
    refused(JSON.replace("134515008", "1.5"), "\"parameters\" is not a whole number");
    refused(JSON.replace("\"last\"", "\"first\""), "\"pooling\" is not one of");
    refused(JSON.replace("\"right\"", "\"top\""), "\"padding_side\" is not one of [left, right]");
    refused(JSON.replace("\"긍정\"", "1"), "\"labels[1]\" is not a text");
    refused(JSON.replace("[ ]", "[ 0 ]"), "\"lengths[0]\" is not a whole number from 1 on");
    refused(JSON.replace("1111", "111"), "\"provenance.tensor_sha256.model.norm.weight\" is not");
    refused(JSON.replace("\"llama\"", "null"), "\"family\" is not a value");
  }

  @Test
  void aFactThatNobodyKnowsIsPassedOver() {
    assertThat(read(JSON.replace("\"normalize\"", "\"color\" : { \"a\" : null }, \"normalize\"")))
        .isEqualTo(FACTS);
    assertThat(read(JSON.replace("\"config_sha256\"", "\"color\" : [ 1 ], \"config_sha256\"")))
        .isEqualTo(FACTS);
  }

  @Test
  void aFactThatMustBeUnderstoodAsksForANewerLitegraft() {
    refused(
        JSON.replace("\"normalize\"", "\"must_understand\" : { \"color\" : 1 }, \"normalize\""),
        "the file says color = 1, which this program does not know");
    refused(
        JSON.replace(
            "\"normalize\"", "\"must_understand\" : { \"normalize\" : true }, \"normalize\""),
        "\"normalize\" stands in it twice");
    refused(
        JSON.replace("\"normalize\"", "\"must_understand\" : 1, \"normalize\""),
        "\"must_understand\" is not an object");
  }

  @Test
  void aFactThatMustBeUnderstoodComesBack() {
    Fact<String> color = Fact.text("color").orElse("none").mustBeUnderstood();
    Fact<String> name = Fact.text("name");
    String json = FactsJson.write(Map.of(color, "red", name, "a"), List.of(color, name));
    assertThat(json)
        .isEqualTo(
            """
            {
              "format_version" : 2,
              "name" : "a",
              "must_understand" : {
                "color" : "red"
              }
            }
            """);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    assertThat(FactsJson.read(bytes, "", List.of(color, name)))
        .isEqualTo(Map.of(color, "red", name, "a"));
    assertThatThrownBy(() -> FactsJson.read(bytes, "", List.of(name)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the file says color = \"red\"");
    assertThat(FactsJson.write(Map.of(color, "none"), List.of(color)))
        .doesNotContain("must_understand");
  }

  /** Else a judge of two words would be asked as one of one word, and give other scores. */
  @Test
  void aNullInsideOfAnObjectIsNotLeftOut() {
    String judge =
        """
        "reranking" : { "segments" : [ "a", "b", "c" ], "instruction" : "", "true_token_id" : 1%s },
        "normalize\"""";
    assertThat(read(JSON.replace("\"normalize\"", judge.formatted(""))).find(ModelFacts.RERANKING))
        .contains(new Reranking(List.of("a", "b", "c"), "", 1, -1));
    refused(
        JSON.replace("\"normalize\"", judge.formatted(", \"false_token_id\" : null")),
        "\"reranking.false_token_id\" is not a value: null");
  }

  @Test
  void nothingIsSaidOfAFactThatEveryFileHas() {
    assertThatThrownBy(() -> ModelFacts.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing is said of litegraft_version");
  }

  @Test
  void whatIsNoJsonIsRefused() {
    refused("", "the file is empty");
    refused("[]", "where a JSON object is needed");
    refused("{", "the file is not JSON");
    refused(JSON + "{}", "after its JSON object ends");
    refused("{\"a\":".repeat(3000), "the file is not JSON");
    refused(JSON.replace("{\n  \"format", "{\"family\":\"a\",\"format"), "the file is not JSON");
    refused("{\"a\":1e99999999999}", "");
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("model.tflite");
  }
}
