package dev.litegraft.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

public class ModelFactsTest {
  public static final ModelFacts FACTS =
      new ModelFacts(
          "0.1.0",
          "llama",
          "LlamaForSequenceClassification",
          Task.SEQUENCE_CLASSIFICATION,
          List.of("부정", "긍정"),
          Optional.of("single_label_classification"),
          Optional.of("last"),
          OptionalInt.of(0),
          Side.RIGHT,
          128,
          OptionalInt.of(2048),
          false,
          SignatureNames.HF,
          "dynamic_wi8_afp32",
          134_515_008L,
          List.of(),
          false,
          "",
          false,
          new ModelFacts.Provenance(
              "0".repeat(64),
              List.of("model.safetensors"),
              new LinkedHashMap<>(Map.of("model.norm.weight", "1".repeat(64)))));

  private static final String JSON =
      """
      {
        "format_version" : 1,
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
        "provenance" : {
          "config_sha256" : "%s",
          "source_files" : [ "model.safetensors" ],
          "tensor_sha256" : {
            "model.norm.weight" : "%s"
          }
        }
      }
      """
          .formatted("0".repeat(64), "1".repeat(64));

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
        new ModelFacts(
            "0.1.0",
            "bert",
            "BertModel",
            Task.EMBEDDING,
            List.of(),
            Optional.empty(),
            Optional.of("cls+weightedmean"),
            OptionalInt.empty(),
            Side.LEFT,
            512,
            OptionalInt.empty(),
            true,
            SignatureNames.POSITIONAL,
            "f32",
            1,
            List.of(16, 32),
            true,
            "query: ",
            true,
            new ModelFacts.Provenance("a".repeat(64), List.of(), Map.of()));
    assertThat(read(facts.toJson())).isEqualTo(facts);
    assertThat(facts.toJson()).doesNotContain("null");
  }

  @Test
  void aNewerFormatAsksForANewerLitegraft() {
    refused(JSON.replace("\"format_version\" : 1", "\"format_version\" : 2"), "format_version 2");
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
    refused(JSON.replace("\"긍정\"", "1"), "\"labels\" is not a list of texts");
    refused(JSON.replace("[ ]", "[ 0 ]"), "\"lengths\" has a number below 1");
    refused(JSON.replace("1111", "111"), "\"provenance.tensor_sha256.model.norm.weight\" is not");
    refused(JSON.replace("\"llama\"", "null"), "\"family\" is not a text");
  }

  @Test
  void aFactThatNobodyKnowsIsNamed() {
    refused(
        JSON.replace("\"normalize\" : false", "\"normalize\" : false, \"color\" : 1"),
        "\"color\" is not known");
  }

  @Test
  void whatIsNoJsonIsRefused() {
    refused("", "it is not a JSON object");
    refused("[]", "it is not a JSON object");
    refused("{", "it is not JSON");
    refused(JSON + "{}", "there is more behind");
    refused("{\"a\":".repeat(3000), "it is not JSON");
    refused(JSON.replace("{\n  \"format", "{\"family\":\"a\",\"format"), "it is not JSON");
    refused("{\"a\":1e99999999999}", "");
  }

  private static void refused(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("model.tflite");
  }
}
