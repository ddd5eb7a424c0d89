package dev.litegraft.lab.evaluation;

import dev.litegraft.ConversionOptions;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Similarity;
import dev.litegraft.facts.Task;
import dev.litegraft.inspection.CheckpointFacts;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a file, or the folder beside it, says of its answers.
 *
 * @param task what it is asked
 * @param problem what its logits mean; absent where nothing says so
 * @param labels in the order of its logits, {@code LABEL_0 …} where nothing names them; of
 *     embedders none
 * @param recipe how it is stored; empty where it does not say so
 * @param rounding how its numbers are rounded; {@code plain} where it does not say so
 * @param similarity how its vectors are compared
 */
record FileLabels(
    Task task,
    Optional<ProblemType> problem,
    List<String> labels,
    String recipe,
    String rounding,
    Similarity similarity) {
  static FileLabels of(Path file, RuntimeOptions options) throws IOException {
    Optional<ModelFacts> inside;
    try (TfliteReader reader = TfliteReader.open(file)) {
      inside = reader.facts();
    }
    Optional<ModelFacts> known = inside.or(options::facts);
    Optional<Task> task = known.flatMap(facts -> facts.find(ModelFacts.TASK));
    List<String> labels = known.flatMap(facts -> facts.find(ModelFacts.LABELS)).orElse(List.of());
    if (task.isEmpty() || (labels.isEmpty() && !task.get().embeds())) {
      try (RawModel model = RawModel.open(file, options)) {
        task = task.or(model::task);
        if (labels.isEmpty()) {
          List<Integer> shape = model.answer(new int[] {1}, null, null).shape();
          labels = numbered(shape.get(shape.size() - 1));
        }
      }
    }
    return new FileLabels(
        task.orElseThrow(
            () ->
                new InvalidRequestException(
                    "the file does not say what it is asked",
                    file.toString(),
                    "name the checkpoint's folder with --tokenizer DIR")),
        known.flatMap(facts -> facts.find(ModelFacts.PROBLEM_TYPE)),
        labels,
        inside.flatMap(facts -> facts.find(ModelFacts.RECIPE)).orElse(""),
        inside.map(ModelFacts::rounding).orElse(ModelFacts.PLAIN_ROUNDING),
        known.flatMap(facts -> facts.find(ModelFacts.SIMILARITY)).orElse(Similarity.COSINE));
  }

  /** {@link #ofFolder(Path, ConversionOptions)} of a folder as it is. */
  static Optional<FileLabels> ofFolder(Path folder) throws IOException {
    return ofFolder(folder, ConversionOptions.defaults());
  }

  /**
   * What a file of a checkpoint's folder will say; absent where its class is of no family.
   *
   * @param options with which it will be converted
   */
  static Optional<FileLabels> ofFolder(Path folder, ConversionOptions options) throws IOException {
    try (Checkpoint checkpoint =
        Checkpoint.open(
            folder,
            options.adapter(),
            options.readAs(),
            Optional.empty(),
            Architectures.families(options.task()))) {
      if (Architectures.find(checkpoint.config()).isEmpty()) {
        return Optional.empty();
      }
      ModelFacts facts = CheckpointFacts.of(checkpoint);
      return facts
          .find(ModelFacts.TASK)
          .map(
              task ->
                  new FileLabels(
                      task,
                      facts.find(ModelFacts.PROBLEM_TYPE),
                      facts.find(ModelFacts.LABELS).orElse(List.of()),
                      "",
                      ModelFacts.PLAIN_ROUNDING,
                      facts.find(ModelFacts.SIMILARITY).orElse(Similarity.COSINE)));
    }
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList();
  }
}
