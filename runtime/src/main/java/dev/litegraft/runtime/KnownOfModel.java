package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Side;
import dev.litegraft.facts.Task;
import dev.litegraft.json.Json;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model besides its graph: of the file's own metadata, or of the folder that
 * {@link RuntimeOptions#tokenizer} names.
 *
 * @param task what is asked of the model; absent where nothing says so
 * @param labels in the order of the outputs; absent where nothing names them
 * @param problem what the logits mean; absent where nothing says so
 * @param maxLength the most tokens that the model takes; absent where nothing limits it
 * @param vocabulary how many token ids there are; absent where it is not known
 * @param padding how a row is filled up; absent where nothing says so
 * @param preparation what is done with a text before the tokenizer sees it
 * @param tokenizer opens the tokenizer; absent where there is none
 */
record KnownOfModel(
    Optional<Task> task,
    Optional<List<String>> labels,
    Optional<ProblemType> problem,
    Optional<Integer> maxLength,
    Optional<Integer> vocabulary,
    Optional<Padding> padding,
    Preparation preparation,
    Optional<Opening> tokenizer) {
  /** Opens a tokenizer when it is first needed. */
  interface Opening {
    Tokenizer open() throws IOException;
  }

  /**
   * How a row is filled up.
   *
   * @param id with which token
   * @param left whether at its left
   * @param changesTheAnswer whether the model cannot tell the padding from its text
   */
  record Padding(int id, boolean left, boolean changesTheAnswer) {
    /** Of files that say nothing. */
    static final Padding USUAL = new Padding(0, false, false);

    static Padding of(ModelFacts facts) {
      boolean left = facts.paddingSide() == Side.LEFT;
      // Without a pad token the very last token of the row is pooled: that must be the text's.
      boolean poolsTheVeryLast =
          facts.task() == Task.SEQUENCE_CLASSIFICATION
              && facts.pooling().contains(Pooling.LAST)
              && facts.padTokenId().isEmpty();
      return new Padding(facts.padTokenId().orElse(0), left, poolsTheVeryLast && !left);
    }
  }

  /**
   * What is done with a text before the tokenizer sees it.
   *
   * <p>Source: {@code encode} of sentence-transformers, and {@code tokenize} of its Transformer.
   *
   * @param prompt stands before every text
   * @param lowerCase whether prompt and text are lower-cased
   */
  record Preparation(String prompt, boolean lowerCase) {
    static final Preparation NONE = new Preparation("", false);

    String of(String text) {
      String whole = prompt + text;
      return lowerCase ? whole.toLowerCase(Locale.ROOT) : whole;
    }
  }

  // transformers counts the positions of these from pad_token_id + 1.
  private static final Set<String> POSITIONS_AFTER_PAD =
      Set.of("roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "data2vec-text", "mpnet");

  private static final KnownOfModel NOTHING =
      new KnownOfModel(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Preparation.NONE,
          Optional.empty());

  /**
   * What is known of the model in {@code file}.
   *
   * @throws InvalidInputException if the file or the folder cannot be read
   */
  static KnownOfModel of(Path file, RuntimeOptions options) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      GraphOrder.require(reader.model(), file.toString());
      Optional<ModelFacts> facts = reader.facts();
      KnownOfModel inside =
          facts.isPresent() ? ofFacts(facts.get(), reader, file) : NOTHING.knowing(reader.model());
      return options.tokenizer().isPresent() ? inside.in(options.tokenizer().get()) : inside;
    }
  }

  private static KnownOfModel ofFacts(ModelFacts facts, TfliteReader reader, Path file)
      throws IOException {
    Optional<byte[]> json = reader.file(ModelFacts.TOKENIZER_NAME);
    Optional<byte[]> config = reader.file(ModelFacts.TOKENIZER_CONFIG_NAME);
    return new KnownOfModel(
            Optional.of(facts.task()),
            facts.labels().isEmpty() ? Optional.empty() : Optional.of(facts.labels()),
            facts.problemType(),
            Optional.of(facts.maxLength()),
            Optional.empty(),
            Optional.of(Padding.of(facts)),
            new Preparation(facts.prompt(), facts.lowerCase()),
            json.map(
                bytes ->
                    () -> Tokenizer.of(bytes, config, file + ", " + ModelFacts.TOKENIZER_NAME)))
        .knowing(reader.model());
  }

  // The rows of the largest table: where positions have a longer one, LiteRT's own check is left.
  private KnownOfModel knowing(TfliteModel model) {
    int rows = 0;
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      for (TfliteModel.Operator operator : subgraph.operators()) {
        if (operator.mnemonic().equals("EMBEDDING_LOOKUP")
            && operator.inputs().size() == 2
            && operator.inputs().get(1) >= 0) {
          List<Integer> table = subgraph.tensors().get(operator.inputs().get(1)).shape();
          rows = Math.max(rows, table.isEmpty() ? 0 : table.get(0));
        }
      }
    }
    return new KnownOfModel(
        task,
        labels,
        problem,
        maxLength,
        rows == 0 ? vocabulary : Optional.of(rows),
        padding,
        preparation,
        tokenizer);
  }

  /** The same, with the tokenizer of a folder and with what this does not know from its config. */
  private KnownOfModel in(Path folder) throws IOException {
    if (!Files.isRegularFile(folder.resolve("tokenizer.json"))) {
      throw new InvalidInputException(
          "there is no tokenizer.json",
          folder.toString(),
          "give the folder of the checkpoint that the file was made from");
    }
    Map<String, @Nullable Object> config = object(folder.resolve("config.json"));
    TokenizerConfig tokenizerConfig =
        new TokenizerConfig(object(folder.resolve("tokenizer_config.json")));
    Optional<List<String>> named = labels.or(() -> labels(config));
    Padding pad = padding.isPresent() ? padding.get() : padding(config, folder);
    int most = maxLength.orElse(Integer.MAX_VALUE);
    most = Math.min(most, tokenizerConfig.maxLength().orElse(Integer.MAX_VALUE));
    if (config.get("max_position_embeddings") instanceof Number positions) {
      boolean after = POSITIONS_AFTER_PAD.contains(String.valueOf(config.get("model_type")));
      most = Math.min(most, positions.intValue() - (after ? pad.id() + 1 : 0));
    }
    return new KnownOfModel(
        task.or(() -> task(config)),
        named,
        problem
            .or(() -> ProblemType.named(String.valueOf(config.get("problem_type"))))
            .or(() -> named.map(n -> ProblemType.usual(n.size()))),
        most == Integer.MAX_VALUE ? Optional.empty() : Optional.of(most),
        vocabulary.or(
            () ->
                config.get("vocab_size") instanceof Number size
                    ? Optional.of(size.intValue())
                    : Optional.empty()),
        Optional.of(pad),
        preparation,
        Optional.of(() -> Tokenizer.open(folder)));
  }

  private static Padding padding(Map<String, @Nullable Object> config, Path folder)
      throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      int id =
          config.get("pad_token_id") instanceof Number number
              ? number.intValue()
              : tokenizer.padId().orElse(Padding.USUAL.id());
      return new Padding(id, tokenizer.padsLeft(), false);
    }
  }

  /** The task of the class that the checkpoint was made for. */
  private static Optional<Task> task(Map<String, @Nullable Object> config) {
    String hfClass =
        config.get("architectures") instanceof List<?> classes && !classes.isEmpty()
            ? String.valueOf(classes.get(0))
            : "";
    return hfClass.endsWith("ForSequenceClassification")
        ? Optional.of(Task.SEQUENCE_CLASSIFICATION)
        : hfClass.endsWith("ForTokenClassification")
            ? Optional.of(Task.TOKEN_CLASSIFICATION)
            : Optional.empty();
  }

  private static Map<String, @Nullable Object> object(Path file) throws IOException {
    return Files.isRegularFile(file)
        ? Json.parse(Files.readAllBytes(file), file.toString())
        : Map.of();
  }

  private static Optional<List<String>> labels(Map<String, @Nullable Object> config) {
    if (!(config.get("id2label") instanceof Map<?, ?> byId)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (int id = 0; id < byId.size(); id++) {
      Object name = byId.get(String.valueOf(id));
      if (name == null) {
        return Optional.empty();
      }
      names.add(name.toString());
    }
    return Optional.of(names);
  }
}
