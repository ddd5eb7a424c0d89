package dev.litegraft.model;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigKeys;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ProblemTypes;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.LateInteraction;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Reranking;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A checkpoint as a model: what is asked of it, which texts it reads and how, and its forward pass.
 *
 * <p>This is the one place that knows. The converter, the inspection of a checkpoint, the reference
 * and every variant that a diagnosis tries ask it, so that they cannot disagree.
 */
public final class Model {
  /** The longest text in tokens, where nothing asks for another and the model reads as many. */
  public static final int USUAL_LENGTH = 512;

  /** What says that there is no limit, as some tokenizers do, is larger than this. */
  public static final int NO_LIMIT = 1_000_000_000;

  private final Architectures.Found found;
  private final HfConfig config;
  private final CheckpointWeights stored;
  private final Weights weights;
  private final Optional<SentenceTransformer> sentence;
  private final EmbeddingHead head;
  private final Optional<TaskHead> other;
  private final ReadTexts texts;

  private Model(
      Architectures.Found found,
      HfConfig config,
      CheckpointWeights stored,
      Weights weights,
      Optional<SentenceTransformer> sentence,
      EmbeddingHead head,
      ReadTexts texts) {
    this.found = found;
    this.config = config;
    this.stored = stored;
    this.weights = weights;
    this.sentence = sentence;
    this.head = head;
    this.texts = texts;
    this.other = TaskHead.of(found, config, sentence, head);
  }

  /**
   * The model in a checkpoint, as the checkpoint says.
   *
   * @throws InvalidCheckpointException if no family has its class
   * @throws IOException if the tokenizer's files cannot be read
   */
  public static Model of(Checkpoint checkpoint) throws IOException {
    Architectures.Found found = Architectures.of(checkpoint.config());
    CheckpointWeights weights = checkpoint.weights().with(found.architecture().moduleNames());
    return new Model(
        found,
        checkpoint.config(),
        weights,
        weights,
        checkpoint.sentence(),
        EmbeddingHead.of(checkpoint.sentence(), List.of(), false),
        ReadTexts.of(checkpoint));
  }

  /**
   * The model that a config and weights are, of whose texts nothing is known.
   *
   * @throws InvalidCheckpointException if no family has its class
   */
  public static Model of(HfConfig config, CheckpointWeights weights) {
    return new Model(
        Architectures.of(config),
        config,
        weights,
        weights,
        Optional.empty(),
        EmbeddingHead.of(Optional.empty(), List.of(), false),
        ReadTexts.UNKNOWN);
  }

  /** The same with other settings, for what one would be if it were another. */
  public Model with(HfConfig other) {
    return new Model(found, other, stored, weights, sentence, head, texts);
  }

  /** The same with other tensors. */
  public Model with(Weights other) {
    return new Model(found, config, stored, other, sentence, head, texts);
  }

  /**
   * The same with another way from the tokens' vectors to the text's; of late interaction with
   * other steps behind them.
   */
  public Model with(EmbeddingHead other) {
    return new Model(found, config, stored, weights, sentence, other, texts);
  }

  /**
   * The same embedder as a user wants it.
   *
   * @param poolings how the tokens' vectors become one; empty for what the checkpoint says
   * @param normalize whether vectors get length 1, whatever the checkpoint says
   * @param dimensions how many of a vector's numbers are kept, before {@code normalize}
   * @throws InvalidRequestException if something is asked for and the model is no embedder, or its
   *     dense layer takes the vectors of another pooling
   */
  public Model embedding(List<Pooling> poolings, boolean normalize, OptionalInt dimensions) {
    Model made = embedding(poolings, normalize);
    if (dimensions.isEmpty()) {
      return made;
    }
    int most = made.answerWidth();
    if (task() != Task.EMBEDDING || dimensions.getAsInt() > most) {
      throw new InvalidRequestException(
          dimensions.getAsInt()
              + " dimensions are asked for, "
              + (task() == Task.EMBEDDING
                  ? "and the vectors have " + most
                  : "but " + hfClass() + " is no embedder"),
          config.where(),
          task() == Task.EMBEDDING ? "ask for 1 to " + most : "leave --dimensions out");
    }
    return made.with(made.head.leading(dimensions.getAsInt(), normalize));
  }

  /** As {@link #embedding(List, boolean, OptionalInt)}, with all dimensions. */
  public Model embedding(List<Pooling> poolings, boolean normalize) {
    if (task() != Task.EMBEDDING && (!poolings.isEmpty() || normalize)) {
      throw new InvalidRequestException(
          "a "
              + (poolings.isEmpty() ? "normalisation" : "pooling")
              + " is asked for, but "
              + hfClass()
              + " is no embedder",
          config.where() + ", architectures",
          "leave --pooling and --normalize out, or convert the model's class for embeddings");
    }
    return with(EmbeddingHead.of(sentence, poolings, normalize));
  }

  /** The family, which says what is peculiar to it. */
  public Architecture architecture() {
    return found.architecture();
  }

  /** The family's name as people say it: {@code Llama}. */
  public String family() {
    return architecture().family();
  }

  /** Hugging Face's name of the class. */
  public String hfClass() {
    return found.hfClass();
  }

  /** What is asked of the model. */
  public Task task() {
    return other
        .map(TaskHead::task)
        .orElse(isScored() ? Task.SEQUENCE_CLASSIFICATION : found.task());
  }

  /** Whether a head of the class that was trained for it makes the logits. */
  public boolean readsAHead() {
    return other.isEmpty();
  }

  /**
   * Of static embeddings, which read texts without special tokens, the tokens that do not count;
   * absent of other models.
   */
  public Optional<List<Integer>> leftOut() {
    return sentence
        .map(SentenceTransformer::reading)
        .filter(SentenceTransformer.Table.class::isInstance)
        .map(SentenceTransformer.Table.class::cast)
        .map(SentenceTransformer.Table::leftOut);
  }

  /** How the vectors of tokens are made and compared, of late interaction. */
  public Optional<LateInteraction> lateInteraction() {
    return sentence
        .map(SentenceTransformer::reading)
        .filter(SentenceTransformer.TokenVectors.class::isInstance)
        .map(SentenceTransformer.TokenVectors.class::cast)
        .map(SentenceTransformer.TokenVectors::how);
  }

  /** How a language model is asked whose logits of words are the score. */
  public Optional<Reranking> reranking() {
    return other
        .filter(WordHead.class::isInstance)
        .map(WordHead.class::cast)
        .map(WordHead::reranking);
  }

  /** Whether sentence-transformers' modules, and no head of the class, make a text's scores. */
  private boolean isScored() {
    return sentence.filter(s -> !s.embeds() && s.pools()).isPresent();
  }

  /** Whether the tokens' vectors become one of the text outside of the class. */
  private boolean isPooled() {
    return found.task() == Task.EMBEDDING;
  }

  /** The settings. */
  public HfConfig config() {
    return config;
  }

  /** The tensors, from the root. */
  public Weights weights() {
    return weights;
  }

  /** How a text's embedding is made of the tokens' vectors; of no use to other tasks. */
  public EmbeddingHead head() {
    return head;
  }

  /**
   * Accounts for every key of config.json, after the forward pass has read what it needs.
   *
   * @return the unread keys that nobody knows, to be named to the user
   * @throws InvalidCheckpointException if an unread key can change the answer
   */
  public List<String> unknownKeys() {
    return ConfigKeys.check(config, Architectures.configNames(), architecture()::reads);
  }

  /** The labels in the order of the logits; none for embeddings. */
  public List<String> labels() {
    if (reranking().isPresent()) {
      return List.of("relevance");
    }
    return task().labels() ? Labels.of(config).names() : List.of();
  }

  /** What the logits mean; absent for embeddings. */
  public Optional<ProblemType> problemType() {
    return !task().labels()
        ? Optional.empty()
        : Optional.of(
            ProblemTypes.of(
                    config,
                    labels().size(),
                    sentence.filter(s -> !s.embeds()).map(SentenceTransformer::settings))
                .type());
  }

  /** Numbers of one answer: to a text, or to each of its tokens. */
  public int answerWidth() {
    return other
        .map(TaskHead::width)
        .orElseGet(
            () ->
                task() == Task.EMBEDDING
                    ? head.width(architecture().width(config))
                    : labels().size());
  }

  /** How many token ids there are. */
  public int vocabulary() {
    return config.size("vocab_size");
  }

  /** How many token types the model tells apart; 1 where it does not read them. */
  public int tokenTypes() {
    boolean words = texts.types() && architecture().readsTypesAsWords();
    return words ? 2 : Math.max(1, architecture().tokenTypes(config));
  }

  /** Whether the model reads token type ids, as BERT does for text pairs. */
  public boolean takesTokenTypes() {
    return tokenTypes() > 1;
  }

  /**
   * The most tokens that the model itself can read; {@link Integer#MAX_VALUE} where nothing limits
   * it.
   */
  public int limit() {
    return architecture().maxTokens(config);
  }

  /** The most tokens of a text that the model, its tokenizer and its modules allow. */
  public int longest() {
    return Math.min(limit(), texts.longest());
  }

  /** The most tokens of a text that its tokenizer and its modules allow. */
  public int longestText() {
    return texts.longest();
  }

  /**
   * The most tokens of a text that the library reads, where nothing asks for fewer: positions
   * without a table end nowhere. sentence-transformers cuts at the model's own limit.
   */
  public int longestOfLibrary() {
    return readsBeyond() ? texts.longest() : longest();
  }

  private boolean readsBeyond() {
    return sentence.isEmpty() && architecture().readsBeyond(config);
  }

  /** The length that a conversion takes where none is asked for. */
  public int usualLength() {
    return Math.min(architecture().usualLength(), longest());
  }

  /**
   * The longest text of a conversion, in tokens: what is asked for, else the longest static length,
   * else the usual one.
   *
   * @param asked the longest text that the user wants
   * @param lengths static lengths
   * @throws InvalidRequestException if the model does not read as many
   */
  public int length(OptionalInt asked, List<Integer> lengths) {
    int model = readsBeyond() ? Integer.MAX_VALUE : limit();
    int longest = lengths.stream().mapToInt(Integer::intValue).max().orElse(0);
    int wanted = asked.orElseGet(() -> longest > 0 ? longest : usualLength());
    if (wanted < 1 || wanted > model || longest > wanted) {
      throw new InvalidRequestException(
          "a length of "
              + Math.max(wanted, longest)
              + " tokens, where the model reads 1 to "
              + Math.min(model, wanted),
          config.where(),
          "give --max-length and --length within the model's limit");
    }
    return wanted;
  }

  /** The token that ends a text, where its classifier looks for it by its id. */
  public OptionalInt endToken() {
    return found.task() == Task.SEQUENCE_CLASSIFICATION
        ? architecture().endToken(config)
        : OptionalInt.empty();
  }

  /** How the tokens' vectors become one of the text; empty where every token is labelled. */
  public List<Pooling> poolings() {
    return switch (task()) {
      case SEQUENCE_CLASSIFICATION ->
          reranking().isPresent()
              ? List.of(Pooling.LAST)
              : isPooled() ? head.poolings() : List.of(architecture().pooling(config));
      case TOKEN_CLASSIFICATION, QUESTION_ANSWERING, TOKEN_EMBEDDING, SPARSE_EMBEDDING -> List.of();
      case EMBEDDING -> head.poolings();
    };
  }

  /** How rows are filled up. */
  public RowPadding padding() {
    return new RowPadding(this, found.task(), texts.padding());
  }

  /** How large the model is. */
  public ModelSize size() {
    return new ModelSize(this);
  }

  /** The tensors as the folder has them, which know what was read of them. */
  CheckpointWeights stored() {
    return stored;
  }

  /**
   * What the model is given.
   *
   * @param ids token ids, [b, t]
   * @param attended 1 for tokens, 0 for padding, [b, t]
   * @param types token type ids [b, t], where {@link #takesTokenTypes}
   */
  public <T> Inputs<T> inputs(T ids, T attended, Optional<T> types) {
    boolean isOfTokens = other.isPresent() && found.task() != Task.QUESTION_ANSWERING;
    Task task = isOfTokens ? Task.EMBEDDING : found.task();
    return new Inputs<>(ids, attended, types, task, Optional.empty());
  }

  /**
   * The forward pass, put together: the family's, and for embeddings what makes a text's vector of
   * its tokens' vectors.
   *
   * @param f what the layers mean
   * @return logits [b, 1, labels]; for tokens [b, t, labels]; for embeddings [b, 1, n]
   * @throws InvalidCheckpointException if a key or tensor is missing, has another shape, or asks
   *     for what is not supported
   */
  public <T> T answer(Layers<T> f, Inputs<T> in) {
    return Fit.required(config, () -> answered(f, in));
  }

  private <T> T answered(Layers<T> f, Inputs<T> in) {
    Function<Inputs<T>, T> hidden = read -> architecture().forward(f, config, weights, read);
    if (other.isPresent()) {
      return other.get().apply(f, weights, in, hidden);
    }
    return isPooled() ? head.apply(f, weights, in, hidden) : hidden.apply(in);
  }
}
