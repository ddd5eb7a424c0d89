package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.Golden;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier that looks for the token that ends a text is given texts that have it. */
class EndTokenTest {
  private static final String ENDING =
      """
      {"type": "TemplateProcessing",
       "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
       "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}
      """;

  @TempDir Path folder;

  /** A recorded T5, whose texts end with token 1, with a tokenizer. */
  private ConversionReport convert(int end, String postProcessor) throws IOException {
    Path golden = Golden.folder("t5-seqcls");
    String config = Files.readString(golden.resolve("config.json"));
    String other = config.replaceFirst("\"eos_token_id\": *\\d+", "\"eos_token_id\": " + end);
    assertThat(other).contains("\"eos_token_id\": " + end);
    Files.writeString(folder.resolve("config.json"), other);
    Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [{"id": 1, "content": "</s>", "single_word": false, "lstrip": false,
                           "rstrip": false, "normalized": false, "special": true}],
         "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
         "post_processor": %s, "decoder": null,
         "model": {"type": "WordPiece", "unk_token": "a", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100, "vocab": {"a": 0, "</s>": 1, "b": 2}}}
        """
            .formatted(postProcessor));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
    return Converter.of(folder).convert(folder.resolve("out.tflite"));
  }

  @Test
  void theTokenizersOwnEndIsTaken() throws IOException {
    assertThat(convert(1, ENDING).notes()).noneMatch(note -> note.contains("end token"));
  }

  @Test
  void anotherEndIsRefused() {
    assertThatThrownBy(() -> convert(2, ENDING))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("eos_token_id is 2 (b)")
        .hasMessageContaining("the tokenizer ends texts with 1 (</s>)");
    assertThat(folder.resolve("out.tflite")).doesNotExist();
  }

  @Test
  void aTokenizerThatAddsNoneIsANote() throws IOException {
    assertThat(convert(1, "null").notes())
        .anyMatch(note -> note.contains("last end token (1 (</s>)), which the tokenizer does not"));
  }
}
