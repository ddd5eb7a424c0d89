package dev.litegraft.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.Converter;
import dev.litegraft.checkpoint.Golden;
import dev.litegraft.checkpoint.SafetensorsBytes;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Fact;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFactsTest {
  @TempDir private Path folder;

  private <T> Optional<T> fact(Fact<T> fact, String config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    return CheckpointFacts.of(folder).find(fact);
  }

  @Test
  void anEmptyFolderSaysNothing() throws IOException {
    assertThat(CheckpointFacts.of(folder)).isEqualTo(ModelFacts.builder().known());
    assertThat(fact(ModelFacts.LABELS, "{}")).isEmpty();
    assertThat(fact(ModelFacts.PROBLEM_TYPE, "{}")).isEmpty();
  }

  @Test
  void aConfigSaysLabelsAndWhatTheLogitsMean() throws IOException {
    String one = "{\"id2label\": {\"0\": \"x\"}}";
    assertThat(fact(ModelFacts.LABELS, one)).contains(List.of("x"));
    assertThat(fact(ModelFacts.PROBLEM_TYPE, one)).contains(ProblemType.MULTI_LABEL);
    assertThat(fact(ModelFacts.PROBLEM_TYPE, "{\"problem_type\": \"regression\"}"))
        .contains(ProblemType.REGRESSION);
  }

  @Test
  void theClassSaysTheTaskWhetherAFamilyHasItOrNot() throws IOException {
    assertThat(fact(ModelFacts.TASK, "{\"architectures\": [\"NoneForTokenClassification\"]}"))
        .contains(Task.TOKEN_CLASSIFICATION);
    assertThat(fact(ModelFacts.TASK, "{\"architectures\": [\"None\"]}")).isEmpty();
    assertThat(
            fact(
                ModelFacts.TASK,
                "{\"architectures\": [\"BertModel\"], \"max_position_embeddings\": 512}"))
        .contains(Task.EMBEDDING);
  }

  @Test
  void theLongestTextIsWhatBothModelAndTokenizerTake() throws IOException {
    assertThat(fact(ModelFacts.MAX_LENGTH, "{\"max_position_embeddings\": 64}")).contains(64);
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 32}");
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
         "post_processor": null, "decoder": null,
         "model": {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100, "vocab": {"a": 0}}}
        """);
    assertThat(fact(ModelFacts.MAX_LENGTH, "{\"max_position_embeddings\": 64}")).contains(32);
    assertThat(fact(ModelFacts.MAX_LENGTH, "{\"max_position_embeddings\": 16}")).contains(16);
  }

  @Test
  void aFamilyThatCountsPositionsFromItsPadTokenReadsFewer() throws IOException {
    String roberta =
        """
        {"architectures": ["RobertaForSequenceClassification"], "model_type": "roberta",
         "max_position_embeddings": 514, "pad_token_id": 1, "vocab_size": 50265}
        """;
    assertThat(fact(ModelFacts.MAX_LENGTH, roberta)).contains(512);
    assertThat(fact(ModelFacts.PAD_TOKEN_ID, roberta)).contains(1);
    assertThat(fact(ModelFacts.VOCABULARY, roberta)).contains(50265);
  }

  @Test
  void aFamilysOwnPadTokenIsKnownWhereTheConfigIsSilent() throws IOException {
    String opt =
        """
        {"architectures": ["OPTForSequenceClassification"], "model_type": "opt",
         "max_position_embeddings": 64}
        """;
    assertThat(fact(ModelFacts.PAD_TOKEN_ID, opt)).contains(1);
    assertThat(fact(ModelFacts.PAD_TOKEN_ID, opt.replace("64", "64, \"pad_token_id\": 3")))
        .contains(3);
  }

  /** Transformer, Pooling and a Dense that makes the score: the class is {@code BertModel}. */
  private void writeCrossEncoder() throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(Golden.folder("bert-model-meanpool").resolve(name), folder.resolve(name));
    }
    String type = "\"type\": \"sentence_transformers.models.";
    Files.writeString(
        folder.resolve("modules.json"),
        "[{\"path\": \"\", "
            + type
            + "Transformer\"}, {\"path\": \"1_Pooling\", "
            + type
            + "Pooling\"}, {\"path\": \"2_Dense\", "
            + type
            + "Dense\"}]");
    Files.writeString(
        folder.resolve("config_sentence_transformers.json"),
        "{\"model_type\": \"CrossEncoder\", \"prompts\": {\"q\": \"Ask: \"},"
            + " \"default_prompt_name\": \"q\"}");
    Files.writeString(
        folder.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": 20, \"do_lower_case\": true}");
    Files.createDirectory(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        "{\"word_embedding_dimension\": 48, \"pooling_mode_mean_tokens\": true}");
    Files.createDirectory(folder.resolve("2_Dense"));
    Files.writeString(
        folder.resolve("2_Dense/config.json"),
        "{\"in_features\": 48, \"out_features\": 1, \"module_output_name\": \"scores\","
            + " \"activation_function\": \"torch.nn.modules.linear.Identity\"}");
    new SafetensorsBytes()
        .addF32("linear.weight", "[1,48]", new float[48])
        .addF32("linear.bias", "[1]", new float[1])
        .write(folder.resolve("2_Dense/model.safetensors"));
  }

  @Test
  void aCrossEncodersModulesSayWhatTheyDoWhenItIsConverted() throws IOException {
    writeCrossEncoder();
    ModelFacts facts = CheckpointFacts.of(folder);
    assertThat(facts.find(ModelFacts.TASK)).contains(Task.SEQUENCE_CLASSIFICATION);
    assertThat(facts.find(ModelFacts.LABELS)).contains(List.of("LABEL_0"));
    assertThat(facts.find(ModelFacts.PROBLEM_TYPE)).contains(ProblemType.MULTI_LABEL);
    assertThat(facts.find(ModelFacts.MAX_LENGTH)).contains(20);
    assertThat(facts.find(ModelFacts.PROMPT)).contains("Ask: ");
    assertThat(facts.find(ModelFacts.LOWER_CASE)).contains(true);
    Path file = folder.resolve("model.tflite");
    Converter.of(folder).convert(file);
    try (TfliteReader reader = TfliteReader.open(file)) {
      ModelFacts inside = reader.facts().orElseThrow();
      for (Fact<?> fact :
          List.of(
              ModelFacts.TASK,
              ModelFacts.LABELS,
              ModelFacts.PROBLEM_TYPE,
              ModelFacts.PAD_TOKEN_ID,
              ModelFacts.MAX_LENGTH,
              ModelFacts.PROMPT)) {
        assertThat(facts.find(fact)).as(fact.toString()).isEqualTo(inside.find(fact));
      }
      // The tokenizer in the file does it.
      assertThat(inside.lowerCase()).isFalse();
    }
  }

  @Test
  void modulesSayHowTextsAreReadWithoutWeights() throws IOException {
    writeCrossEncoder();
    Files.delete(folder.resolve("model.safetensors"));
    ModelFacts facts = CheckpointFacts.of(folder);
    assertThat(facts.find(ModelFacts.TASK)).contains(Task.SEQUENCE_CLASSIFICATION);
    assertThat(facts.find(ModelFacts.MAX_LENGTH)).contains(20);
    assertThat(facts.find(ModelFacts.PROMPT)).contains("Ask: ");
    assertThat(facts.find(ModelFacts.LOWER_CASE)).contains(true);
  }

  @Test
  void labelsThatNothingCountsAreLeftToTheFile() throws IOException {
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(Golden.folder("bert-seqcls").resolve(name), folder.resolve(name));
    }
    String config = Files.readString(folder.resolve("config.json"));
    assertThat(config).doesNotContain("id2label", "num_labels");
    assertThat(fact(ModelFacts.LABELS, config)).isEmpty();
    assertThat(fact(ModelFacts.TASK, config)).contains(Task.SEQUENCE_CLASSIFICATION);
    assertThat(fact(ModelFacts.LABELS, config.replaceFirst("\\{", "{\"num_labels\": 3,")))
        .contains(List.of("LABEL_0", "LABEL_1", "LABEL_2"));
  }

  @Test
  void whatCannotBeReadIsRefused() {
    assertThatThrownBy(() -> fact(ModelFacts.TASK, "{"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("config.json");
  }
}
