package dev.litegraft.inspection;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ProblemTypes;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint's folder says of its model, for a {@code .tflite} of another program that says
 * nothing of itself. The weights are not needed, and what is not there stays unknown.
 */
public final class CheckpointFacts {
  /** What a class is for, where no family has it, by the end of its name. */
  private static final Map<String, Task> TASKS =
      Map.of(
          "ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
          "ForTokenClassification", Task.TOKEN_CLASSIFICATION);

  private CheckpointFacts() {}

  /**
   * Task, labels, problem type, pad token, vocabulary and longest text, as far as {@code
   * config.json} and the tokenizer's files say them.
   *
   * @throws InvalidInputException if one of them is there and cannot be read
   */
  public static ModelFacts of(Path folder) throws IOException {
    ModelFacts.Builder known = ModelFacts.builder();
    int longest =
        CheckpointTokenizer.of(folder, folder, Optional.empty())
            .maxLength()
            .orElse(Integer.MAX_VALUE);
    Path file = folder.resolve("config.json");
    if (Files.isRegularFile(file)) {
      HfConfig config = HfConfig.read(file);
      Optional<Architectures.Found> found = Architectures.find(config);
      known.with(ModelFacts.TASK, found.map(Architectures.Found::task).or(() -> task(config)));
      if (config.has("id2label")) {
        known.with(ModelFacts.LABELS, Labels.of(config).names());
      }
      if (config.has("id2label") || config.has("problem_type")) {
        known.with(
            ModelFacts.PROBLEM_TYPE, ProblemTypes.of(config, Labels.of(config).count()).type());
      }
      known
          .with(ModelFacts.PAD_TOKEN_ID, number(config, "pad_token_id", 0))
          .with(ModelFacts.VOCABULARY, number(config, "vocab_size", 1));
      int positions =
          found
              .map(family -> family.architecture().maxTokens(config))
              .or(() -> number(config, "max_position_embeddings", 1))
              .orElse(Integer.MAX_VALUE);
      longest = Math.min(longest, positions);
    }
    return known
        .with(
            ModelFacts.MAX_LENGTH,
            longest == Integer.MAX_VALUE ? Optional.empty() : Optional.of(longest))
        .known();
  }

  private static Optional<Task> task(HfConfig config) {
    List<String> classes = config.has("architectures") ? config.texts("architectures") : List.of();
    return TASKS.entrySet().stream()
        .filter(task -> !classes.isEmpty() && classes.get(0).endsWith(task.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Optional<Integer> number(HfConfig config, String key, int least) {
    return config.has(key)
        ? Optional.of(config.integer(key)).filter(number -> number >= least)
        : Optional.empty();
  }
}
