package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Reading;
import dev.litegraft.checkpoint.SentenceTransformer.Splade;
import dev.litegraft.checkpoint.SentenceTransformer.Table;
import dev.litegraft.checkpoint.SentenceTransformer.Vector;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The prompts of a sentence-transformers folder: which of their tokens are pooled, and what a user
 * is told.
 *
 * @param folder the whole one
 * @param model that of the Transformer module
 * @param settings what the folder says
 * @param notes what is added to
 */
record FolderPrompts(Path folder, Path model, SentenceSettings settings, List<String> notes) {
  /**
   * How many tokens of each text are not pooled; notes say what is done with prompts.
   *
   * @param reading what is read of the model's tokens
   * @param pooling empty where the model's own head reads the tokens
   * @throws InvalidCheckpointException if those of the prompt are not pooled, and which ones they
   *     are cannot be told
   */
  int leftOut(Reading reading, Optional<SentencePooling> pooling) throws IOException {
    boolean pooled = pooling.map(SentencePooling::includePrompt).orElse(true);
    if (!settings.prompt().isEmpty()) {
      return pooled || !(reading instanceof Vector) ? 0 : tokensOfPrompt(pooling);
    }
    if (!(reading instanceof Vector || reading instanceof Table || reading instanceof Splade)) {
      return 0; // they are in the template, or in what is said of queries and documents
    }
    List<String> used =
        settings.prompts().entrySet().stream()
            .filter(p -> !p.getValue().isEmpty())
            .map(p -> p.getKey() + " " + Json.show(p.getValue()))
            .toList();
    if (!used.isEmpty()) {
      notes.add(
          (pooled
                  ? "the model was trained with prompts before texts; the file has them by their"
                      + " names (embed --prompt NAME), and puts none there unless asked: "
                  : "the model leaves its prompts out of the pooling, which the file cannot; embed"
                      + " texts without them: ")
              + String.join(", ", used));
    }
    return 0;
  }

  /**
   * Tokens of the default prompt, which the library counts by reading it alone. Of the first token,
   * which its versions pick otherwise, and the largest it is not known what they are behind it.
   */
  private int tokensOfPrompt(Optional<SentencePooling> pooling) throws IOException {
    List<Pooling> modes = pooling.map(SentencePooling::modes).orElse(List.of());
    Optional<byte[]> json =
        CheckpointTokenizer.of(model, folder, Optional.empty(), settings.lowersInTokenizer())
            .json();
    boolean picked = modes.isEmpty() || modes.contains(Pooling.CLS) || modes.contains(Pooling.MAX);
    if (picked || json.isEmpty()) {
      throw new InvalidCheckpointException(
          "include_prompt is false, where the pooling "
              + (modes.isEmpty() ? "" : Pooling.id(modes) + " ")
              + "of a text behind its prompt cannot be converted"
              + (json.isEmpty() ? " without a tokenizer" : ""),
          folder + ": " + Json.show(settings.prompt()),
          "use a model that pools its prompts with the text");
    }
    int count = PromptLength.of(json.get(), settings, model.toString());
    notes.add(
        "the "
            + count
            + " tokens of the default prompt are before every text, and are left out of the pooling;"
            + " the file holds no other prompt");
    return count;
  }
}
