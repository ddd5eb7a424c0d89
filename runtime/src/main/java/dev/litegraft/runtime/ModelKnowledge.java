package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.Fact;
import dev.litegraft.facts.LateInteraction;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.OutputForm;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Reranking;
import dev.litegraft.facts.Side;
import dev.litegraft.facts.Similarity;
import dev.litegraft.facts.Task;
import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import dev.litegraft.tokenizer.unicode.WhiteSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of a model besides its graph: what the file says of itself, and where it says
 * nothing, what {@link RuntimeOptions} say.
 *
 * @param task what is asked of the model; absent where nothing says so
 * @param labels in the order of the outputs; absent where nothing names them
 * @param problem what the logits mean; absent where nothing says so
 * @param output what the numbers of a classifier are
 * @param confidence how logits become probabilities; absent where that was not fitted
 * @param maxLength the most tokens that the model takes; absent where nothing limits it
 * @param vocabulary how many token ids there are; absent where it is not known
 * @param padding how a row is filled up; absent where nothing says so
 * @param leftOut tokens that are left out of each text
 * @param reranking how a language model is asked whose logits of words are the score
 * @param lateInteraction how the vectors of tokens are made and compared
 * @param similarity how the vectors of two texts are compared
 * @param normalized whether the vectors of texts have length 1
 * @param preparation what is done with a text before the tokenizer sees it
 * @param tokenizer opens the tokenizer; absent where there is none
 */
record ModelKnowledge(
    Optional<Task> task,
    Optional<List<String>> labels,
    Optional<ProblemType> problem,
    OutputForm output,
    Optional<Confidence> confidence,
    Optional<Integer> maxLength,
    Optional<Integer> vocabulary,
    Optional<Padding> padding,
    List<Integer> leftOut,
    Optional<Reranking> reranking,
    Optional<LateInteraction> lateInteraction,
    Similarity similarity,
    boolean normalized,
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
              && facts.find(ModelFacts.RERANKING).isEmpty()
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
   * @param prompts what a caller may ask for instead of it, by name
   * @param strip whether white space at the ends of prompt and text is taken off
   * @param lowerCase whether prompt and text are lower-cased
   */
  record Preparation(String prompt, Map<String, String> prompts, boolean strip, boolean lowerCase) {
    static final Preparation NONE = new Preparation("", Map.of(), false, false);

    String of(String text) {
      return withoutPrompt(prompt + text);
    }

    /** The second text of a pair, before which no prompt stands. */
    String withoutPrompt(String text) {
      String whole = strip ? WhiteSpace.strip(text) : text;
      return lowerCase ? whole.toLowerCase(Locale.ROOT) : whole;
    }

    /** The same with the prompt of this name; with the empty name, without any. */
    Optional<Preparation> named(String name) {
      return Optional.ofNullable(prompts.get(name))
          .or(() -> Optional.of("").filter(none -> name.isEmpty()))
          .map(other -> new Preparation(other, prompts, strip, lowerCase));
    }
  }

  /**
   * Checks that the file answers with logits.
   *
   * @param what needs them, as a sentence begins
   * @param where the file, for messages
   * @throws InvalidRequestException if it answers with probabilities
   */
  void requireLogits(String what, String where) {
    if (output == OutputForm.PROBABILITIES) {
      throw new InvalidRequestException(
          what + " needs logits, and the file answers with probabilities",
          where,
          "convert the checkpoint without --for mediapipe");
    }
  }

  /** The same, whose tokenizer is being made on a thread of its own. */
  ModelKnowledge withTokenizerBegun() {
    return new ModelKnowledge(
        task,
        labels,
        problem,
        output,
        confidence,
        maxLength,
        vocabulary,
        padding,
        leftOut,
        reranking,
        lateInteraction,
        similarity,
        normalized,
        preparation,
        tokenizer.map(BegunTokenizer::begin));
  }

  private static final ModelFacts NOTHING = ModelFacts.builder().known();

  /**
   * What is known of the model in a file.
   *
   * @throws InvalidInputException if the file or the folder cannot be read
   */
  static ModelKnowledge of(TfliteReader reader, RuntimeOptions options) throws IOException {
    Optional<ModelFacts> said = reader.facts();
    ModelFacts given = options.facts().orElse(NOTHING);
    Optional<Opening> tokenizer =
        options.tokenizer().isPresent()
            ? Optional.of(of(options.tokenizer().get()))
            : inside(reader, said.isPresent());
    if (options.plainText()) {
      tokenizer = tokenizer.map(opening -> () -> opening.open().withPlainText(true));
    }
    return of(
        said.orElse(NOTHING),
        given,
        rows(words(reader)).or(() -> either(ModelFacts.VOCABULARY, said.orElse(NOTHING), given)),
        said.isPresent()
            ? Optional.of(Padding.of(said.get()))
            : padding(given, options.tokenizer().isPresent() ? tokenizer : Optional.empty()),
        tokenizer);
  }

  /** What the facts of a file say, with its tokenizer. */
  static ModelKnowledge of(ModelFacts facts, Tokenizer tokenizer) {
    return of(
        facts,
        NOTHING,
        facts.find(ModelFacts.VOCABULARY),
        Optional.of(Padding.of(facts)),
        Optional.of(() -> tokenizer));
  }

  private static ModelKnowledge of(
      ModelFacts inside,
      ModelFacts given,
      Optional<Integer> vocabulary,
      Optional<Padding> padding,
      Optional<Opening> whole) {
    boolean special = inside.find(ModelFacts.SPECIAL_TOKENS).orElse(true);
    Optional<Opening> tokenizer =
        special ? whole : whole.map(opening -> () -> opening.open().withoutSpecialTokens());
    return new ModelKnowledge(
        either(ModelFacts.TASK, inside, given),
        either(ModelFacts.LABELS, inside, given).filter(labels -> !labels.isEmpty()),
        either(ModelFacts.PROBLEM_TYPE, inside, given),
        inside.find(ModelFacts.OUTPUT).orElse(OutputForm.LOGITS),
        inside.find(ModelFacts.CONFIDENCE),
        least(inside.find(ModelFacts.MAX_LENGTH), given.find(ModelFacts.MAX_LENGTH)),
        vocabulary,
        padding,
        inside.find(ModelFacts.LEFT_OUT).orElse(List.of()),
        inside.find(ModelFacts.RERANKING),
        inside.find(ModelFacts.LATE_INTERACTION),
        either(ModelFacts.SIMILARITY, inside, given).orElse(Similarity.COSINE),
        inside.find(ModelFacts.NORMALIZE).orElse(false),
        new Preparation(
            either(ModelFacts.PROMPT, inside, given).orElse(""),
            either(ModelFacts.PROMPTS, inside, given).orElse(Map.of()),
            either(ModelFacts.STRIP, inside, given).orElse(false),
            either(ModelFacts.LOWER_CASE, inside, given).orElse(false)),
        tokenizer);
  }

  private static <T> Optional<T> either(Fact<T> fact, ModelFacts inside, ModelFacts given) {
    return inside.find(fact).or(() -> given.find(fact));
  }

  private static Optional<Integer> least(Optional<Integer> first, Optional<Integer> second) {
    return Stream.of(first, second).flatMap(Optional::stream).min(Integer::compare);
  }

  private static Optional<Opening> inside(TfliteReader reader, boolean known) throws IOException {
    String where = reader.where() + ", " + ModelFacts.TOKENIZER_NAME;
    if (!known) {
      return Optional.empty();
    }
    Optional<TfliteReader.Content> json = reader.content(ModelFacts.TOKENIZER_NAME);
    Optional<byte[]> config = reader.file(ModelFacts.TOKENIZER_CONFIG_NAME);
    return json.map(content -> new StoredTokenizer(content, config, where));
  }

  private static Opening of(Path folder) {
    if (!Files.isRegularFile(folder.resolve(ModelFacts.TOKENIZER_NAME))) {
      throw new InvalidRequestException(
          "there is no tokenizer.json",
          folder.toString(),
          "give the folder of the checkpoint that the file was made from");
    }
    return () -> Tokenizer.open(folder);
  }

  /** Of a file that says nothing: what is given, and else what the tokenizer does. */
  private static Optional<Padding> padding(ModelFacts given, Optional<Opening> opening)
      throws IOException {
    Optional<Integer> id = given.find(ModelFacts.PAD_TOKEN_ID);
    Optional<Boolean> left = given.find(ModelFacts.PADDING_SIDE).map(side -> side == Side.LEFT);
    if (opening.isEmpty()) {
      return id.isEmpty() && left.isEmpty()
          ? Optional.empty()
          : Optional.of(new Padding(id.orElse(Padding.USUAL.id()), left.orElse(false), false));
    }
    try (Tokenizer tokenizer = opening.get().open()) {
      return Optional.of(
          new Padding(
              id.or(tokenizer::padId).orElse(Padding.USUAL.id()),
              left.orElse(tokenizer.padsLeft()),
              false));
    }
  }

  /** Of a bundle, the model that has the table of words. */
  private static TfliteModel words(TfliteReader reader) throws IOException {
    if (reader.bundle().isEmpty()) {
      return reader.model();
    }
    try (TfliteReader embedder = reader.bundle().get().openEmbedder()) {
      return embedder.model();
    }
  }

  // The rows of the largest table: where positions have a longer one, LiteRT's own check is left.
  private static Optional<Integer> rows(TfliteModel model) {
    int rows = 0;
    for (TfliteModel.Subgraph subgraph : model.subgraphs()) {
      for (TfliteModel.Operator operator : subgraph.operators()) {
        rows = Math.max(rows, rowsOfTable(subgraph, operator));
      }
    }
    return rows == 0 ? Optional.empty() : Optional.of(rows);
  }

  /**
   * Checks that what was fitted to the probabilities has a number for each label, or none.
   *
   * @throws InvalidFileException if it has not
   */
  void requireConfidenceOf(int labels, String where) {
    if (confidence.isPresent() && !confidence.get().fits(labels)) {
      throw new InvalidFileException(
          "the file's confidence is not that of " + labels + " labels",
          where,
          "convert the checkpoint again");
    }
  }

  /** Of the embedding table that an operator looks rows up in; 0 if it does not. */
  private static int rowsOfTable(TfliteModel.Subgraph subgraph, TfliteModel.Operator operator) {
    boolean lookup = operator.mnemonic().equals("EMBEDDING_LOOKUP");
    boolean gather = operator.mnemonic().equals("GATHER");
    int input = operator.inputs().size() == 2 ? operator.inputs().get(lookup ? 1 : 0) : -1;
    if ((!lookup && !gather) || input < 0) {
      return 0;
    }
    TfliteModel.Tensor table = subgraph.tensors().get(input);
    // Tables in f16 are gathered; what else is gathered are angles and scores.
    boolean embedding = lookup || table.type() == TensorType.FLOAT16;
    return embedding && !table.shape().isEmpty() ? table.shape().get(0) : 0;
  }
}
