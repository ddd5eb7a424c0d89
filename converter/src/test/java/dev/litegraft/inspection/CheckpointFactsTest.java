package dev.litegraft.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Fact;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
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
  void whatCannotBeReadIsRefused() {
    assertThatThrownBy(() -> fact(ModelFacts.TASK, "{"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("config.json");
  }
}
