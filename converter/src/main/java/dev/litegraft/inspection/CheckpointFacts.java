package dev.litegraft.inspection;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointTokenizer;
import dev.litegraft.checkpoint.SentenceSettings;
import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.checkpoint.config.HfClass;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ProblemTypes;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import dev.litegraft.model.ReadTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a checkpoint's folder says of its model, for a {@code .tflite} of another program that says
 * nothing of itself. Where the weights are there, {@link Model} is asked, as the conversion asks
 * it; without them the files say what they can, and what is not there stays unknown.
 */
public final class CheckpointFacts {
  private CheckpointFacts() {}

  /**
   * Task, labels, problem type, pad token, vocabulary, longest text, prompt and lower case, as far
   * as the folder says them.
   *
   * @throws InvalidInputException if {@code config.json} or a file of the tokenizer is there and
   *     cannot be read
   */
  public static ModelFacts of(Path folder) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(folder)) {
      if (Architectures.find(checkpoint.config()).isPresent()) {
        return of(Model.of(checkpoint), checkpoint.sentence(), saysLabels(checkpoint.config()));
      }
    } catch (InvalidCheckpointException e) {
      // Weights that are missing or in another format are not needed; what else is at fault with
      // the folder is found again below.
    }
    return ofFiles(folder);
  }

  /**
   * The same of an open checkpoint, with the labels that transformers gives where nothing names
   * them; of a class that no family has, what its files say.
   *
   * @throws InvalidInputException if a key of {@code config.json} or a file of the tokenizer cannot
   *     be read
   */
  public static ModelFacts of(Checkpoint checkpoint) throws IOException {
    try {
      Architectures.of(checkpoint.config());
    } catch (InvalidCheckpointException e) {
      return of(
          checkpoint.config(), Optional.empty(), checkpoint.sentence(), checkpoint.tokenizer());
    }
    return of(Model.of(checkpoint), checkpoint.sentence(), true);
  }

  private static ModelFacts of(
      Model model, Optional<SentenceTransformer> sentence, boolean labelled) {
    boolean answers = model.task() != Task.EMBEDDING && labelled;
    ModelFacts.Builder known =
        ModelFacts.builder()
            .with(ModelFacts.TASK, model.task())
            .with(ModelFacts.LABELS, answers ? Optional.of(model.labels()) : Optional.empty())
            .with(
                ModelFacts.PROBLEM_TYPE,
                answers || model.config().has("problem_type")
                    ? model.problemType()
                    : Optional.empty())
            .with(ModelFacts.PAD_TOKEN_ID, boxed(model.padding().padToken()))
            .with(ModelFacts.VOCABULARY, number(model.config(), "vocab_size", 1))
            .with(ModelFacts.MAX_LENGTH, limit(model.longest()));
    return withTexts(known, sentence).known();
  }

  private static ModelFacts ofFiles(Path folder) throws IOException {
    Optional<SentenceTransformer> sentence = sentence(folder);
    Path model = sentence.map(SentenceTransformer::modelFolder).orElse(folder);
    Path file = model.resolve("config.json");
    CheckpointTokenizer tokenizer =
        CheckpointTokenizer.of(
            model,
            folder,
            Optional.empty(),
            sentence.map(s -> s.settings().lowersInTokenizer()).orElse(false));
    if (Files.isRegularFile(file)) {
      HfConfig config = HfConfig.read(file);
      return of(config, Architectures.find(config), sentence, tokenizer);
    }
    int longest = ReadTexts.longestText(sentence, tokenizer);
    return withTexts(ModelFacts.builder().with(ModelFacts.MAX_LENGTH, limit(longest)), sentence)
        .known();
  }

  /** Modules that cannot be converted say nothing of a file that another program converted. */
  private static Optional<SentenceTransformer> sentence(Path folder) throws IOException {
    try {
      return SentenceTransformer.find(folder);
    } catch (InvalidCheckpointException e) {
      return Optional.empty();
    }
  }

  private static ModelFacts of(
      HfConfig config,
      Optional<Architectures.Found> found,
      Optional<SentenceTransformer> sentence,
      CheckpointTokenizer tokenizer) {
    Optional<ProblemType> problem = Optional.empty();
    if (saysLabels(config) || config.has("problem_type")) {
      Optional<SentenceSettings> settings =
          sentence.filter(s -> !s.embeds()).map(SentenceTransformer::settings);
      problem = Optional.of(ProblemTypes.of(config, Labels.of(config).count(), settings).type());
    }
    int positions =
        found
            .map(f -> f.architecture().maxTokens(config))
            .or(() -> number(config, "max_position_embeddings", 1))
            .orElse(Integer.MAX_VALUE);
    ModelFacts.Builder known =
        ModelFacts.builder()
            .with(
                ModelFacts.TASK, sentence.map(CheckpointFacts::task).or(() -> task(found, config)))
            .with(
                ModelFacts.LABELS,
                saysLabels(config) ? Optional.of(Labels.of(config).names()) : Optional.empty())
            .with(ModelFacts.PROBLEM_TYPE, problem)
            .with(
                ModelFacts.PAD_TOKEN_ID,
                found.isPresent()
                    ? boxed(found.get().architecture().padToken(config))
                    : number(config, "pad_token_id", 0))
            .with(ModelFacts.VOCABULARY, number(config, "vocab_size", 1))
            .with(
                ModelFacts.MAX_LENGTH,
                limit(Math.min(positions, ReadTexts.longestText(sentence, tokenizer))));
    return withTexts(known, sentence).known();
  }

  private static ModelFacts.Builder withTexts(
      ModelFacts.Builder known, Optional<SentenceTransformer> sentence) {
    sentence
        .map(SentenceTransformer::settings)
        .ifPresent(
            settings ->
                known
                    .with(ModelFacts.SIMILARITY, settings.similarity())
                    .with(ModelFacts.PROMPT, settings.prompt())
                    .with(ModelFacts.PROMPTS, settings.prompts())
                    .with(ModelFacts.STRIP, settings.strips())
                    .with(ModelFacts.LOWER_CASE, settings.lowerCase()));
    return known;
  }

  /** Whether the config says how many labels there are: a file may have others than the usual. */
  private static boolean saysLabels(HfConfig config) {
    return config.has("id2label") || config.has("num_labels");
  }

  private static Task task(SentenceTransformer sentence) {
    return sentence.embeds() ? Task.EMBEDDING : Task.SEQUENCE_CLASSIFICATION;
  }

  private static Optional<Task> task(Optional<Architectures.Found> found, HfConfig config) {
    List<String> classes = config.has("architectures") ? config.texts("architectures") : List.of();
    return found
        .map(Architectures.Found::task)
        .or(() -> classes.stream().findFirst().flatMap(HfClass::task));
  }

  private static Optional<Integer> limit(int tokens) {
    return tokens == Integer.MAX_VALUE ? Optional.empty() : Optional.of(tokens);
  }

  private static Optional<Integer> boxed(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  private static Optional<Integer> number(HfConfig config, String key, int least) {
    return config.has(key)
        ? Optional.of(config.integer(key)).filter(number -> number >= least)
        : Optional.empty();
  }
}
