package dev.litegraft.facts;

import dev.litegraft.facts.Members.Written;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a program must know to use a {@code .tflite}, and where it comes from: the file {@code
 * litegraft.json} inside of it.
 *
 * <p>A new fact is one constant here: {@link Fact#optional} where older files lack it, and under
 * {@link Fact#mustBeUnderstood} where a program that does not know it would answer wrongly. Facts
 * that a program does not know are passed over, so that older programs read newer files. {@link
 * #FORMAT_VERSION} changes only where a fact that is known means something else.
 */
public final class ModelFacts {
  /** The version of {@code litegraft.json}; a reader refuses what is newer. */
  public static final int FORMAT_VERSION = 2;

  /** The name of the file inside the {@code .tflite}. */
  public static final String FILE_NAME = "litegraft.json";

  /** The tokenizer's file inside the {@code .tflite}; compressed unless the file is an old one. */
  public static final String TOKENIZER_NAME = "tokenizer.json";

  /** The tokenizer's settings inside the {@code .tflite}. */
  public static final String TOKENIZER_CONFIG_NAME = "tokenizer_config.json";

  /** The tokenizer's special tokens inside the {@code .tflite}. */
  public static final String SPECIAL_TOKENS_NAME = "special_tokens_map.json";

  /** The labels inside the {@code .tflite}, one a line. */
  public static final String LABELS_NAME = "labels.txt";

  // Every fact in the order in which they are written.
  private static final List<Fact<?>> ALL = new ArrayList<>();

  /** What wrote the file. */
  public static final Fact<String> LITEGRAFT_VERSION = fact(Fact.text("litegraft_version"));

  /** The architecture: {@code llama}. */
  public static final Fact<String> FAMILY = fact(Fact.text("family"));

  /** Hugging Face's class: {@code LlamaForSequenceClassification}. */
  public static final Fact<String> HF_CLASS = fact(Fact.text("hf_class"));

  /** What is asked of the model. */
  public static final Fact<Task> TASK = fact(Fact.constant("task", Task.values()));

  /** Of a model with weights for several tasks (jina-embeddings-v3), the one that was taken. */
  public static final Fact<String> LORA_TASK = fact(Fact.text("lora_task").optional());

  /** Labels by index; empty for embeddings. */
  public static final Fact<List<String>> LABELS = fact(Fact.texts("labels"));

  /** What the logits mean; absent for embeddings. */
  public static final Fact<ProblemType> PROBLEM_TYPE =
      fact(Fact.constant("problem_type", ProblemType.values(), ProblemType::hfName).optional());

  /** Whether the output is logits, or the probabilities that a program would make of them. */
  public static final Fact<OutputForm> OUTPUT =
      fact(
          Fact.constant("output", OutputForm.values())
              .orElse(OutputForm.LOGITS)
              .mustBeUnderstood());

  /** How tokens become one row: one, or several whose vectors are joined; absent for taggers. */
  public static final Fact<List<Pooling>> POOLING =
      fact(Fact.of("pooling", Pooling.KIND).optional());

  /** The token that fills up a row; absent: the model knows none. */
  public static final Fact<Integer> PAD_TOKEN_ID = fact(Fact.whole("pad_token_id", 0).optional());

  /**
   * Where a row is filled up so that the answer stays that of the text alone. Not at the right
   * without a pad token where the last token is pooled: then no row can be filled up.
   */
  public static final Fact<Side> PADDING_SIDE = fact(Fact.constant("padding_side", Side.values()));

  /** The longest text in tokens. */
  public static final Fact<Integer> MAX_LENGTH = fact(Fact.whole("max_length", 1));

  /** The longest text in tokens that the checkpoint was made for. */
  public static final Fact<Integer> MODEL_MAX_POSITIONS =
      fact(Fact.whole("model_max_positions", 1).optional());

  /** Whether there is an input for token types. */
  public static final Fact<Boolean> TOKEN_TYPES = fact(Fact.flag("token_types"));

  /** How inputs are called. */
  public static final Fact<SignatureNames> SIGNATURE_NAMES =
      fact(Fact.constant("signature_names", SignatureNames.values()));

  /** How weights are stored: {@code dynamic_wi8_afp32}. */
  public static final Fact<String> RECIPE = fact(Fact.text("recipe"));

  /** How numbers are rounded of which nothing is said: each to the nearest. */
  public static final String PLAIN_ROUNDING = "plain";

  /** How numbers were rounded where not each to the nearest: {@code gptq}. */
  public static final Fact<String> ROUNDING = fact(Fact.text("rounding").optional());

  /** Numbers of the checkpoint that are used. */
  public static final Fact<Long> PARAMETERS = fact(Fact.number("parameters", 0));

  /** How many token ids there are; a file of Litegraft leaves it to its embedding's shape. */
  public static final Fact<Integer> VOCABULARY = fact(Fact.whole("vocabulary", 1).optional());

  /** Tokens of each static signature; empty: the number of tokens is dynamic. */
  public static final Fact<List<Integer>> LENGTHS = fact(Fact.wholes("lengths", 1));

  /** Whether embeddings have length 1. */
  public static final Fact<Boolean> NORMALIZE = fact(Fact.flag("normalize"));

  /** Whether the folder says that pairs of texts are scored, as of a CrossEncoder. */
  public static final Fact<Boolean> READS_PAIRS = fact(Fact.flag("reads_pairs").orElse(false));

  /** How a language model that judges texts is asked. */
  public static final Fact<Reranking> RERANKING =
      fact(Fact.of("reranking", Reranking.KIND).optional().mustBeUnderstood());

  /** How logits become probabilities, where that was fitted on rows whose labels are known. */
  public static final Fact<Confidence> CONFIDENCE =
      fact(Fact.of("confidence", Confidence.KIND).optional().mustBeUnderstood());

  /** How the vectors of tokens are made and compared. */
  public static final Fact<LateInteraction> LATE_INTERACTION =
      fact(Fact.of("late_interaction", LateInteraction.KIND).optional().mustBeUnderstood());

  /** How the vectors of two texts are compared. */
  public static final Fact<Similarity> SIMILARITY =
      fact(Fact.constant("similarity", Similarity.values()).orElse(Similarity.COSINE));

  /** How many numbers of a vector are kept, where a user wanted fewer than the checkpoint makes. */
  public static final Fact<Integer> DIMENSIONS = fact(Fact.whole("dimensions", 1).optional());

  /** What is put before every text. */
  public static final Fact<String> PROMPT = fact(Fact.text("prompt").orElse(""));

  /** What a caller may ask to be put before a text instead of {@link #PROMPT}, by name. */
  public static final Fact<Map<String, String>> PROMPTS =
      fact(Fact.of("prompts", Fact.map(Fact.TEXT_KIND)).orElse(Map.of()));

  /** Whether the tokenizer's special tokens are put around each text. */
  public static final Fact<Boolean> SPECIAL_TOKENS =
      fact(Fact.flag("special_tokens").orElse(true).mustBeUnderstood());

  /** Tokens that are left out of each text, as those of unknown words. */
  public static final Fact<List<Integer>> LEFT_OUT =
      fact(Fact.wholes("left_out_token_ids", 0).orElse(List.of()).mustBeUnderstood());

  /**
   * Whether white space at a text's ends is taken off, after the prompt was put before it and
   * before it is lower-cased. White space is what Python's {@code str.strip()} takes off.
   */
  public static final Fact<Boolean> STRIP =
      fact(Fact.flag("strip").orElse(false).mustBeUnderstood());

  /** Whether texts are lower-cased, after the prompt was put before them. */
  public static final Fact<Boolean> LOWER_CASE = fact(Fact.flag("lower_case").orElse(false));

  /**
   * Clients for which the model cannot be converted, by the name that {@code --for} has for them,
   * and why: what cannot be seen in a file for another one.
   */
  public static final Fact<Map<String, String>> REFUSED_BY =
      fact(Fact.of("refused_by", Fact.map(Fact.TEXT_KIND)).orElse(Map.of()));

  /** Files inside of the file that are compressed, by their name, which ends with {@code .gz}. */
  public static final Fact<Map<String, Compressed>> COMPRESSED =
      fact(Fact.of("compressed", Fact.map(Compressed.KIND)).orElse(Map.of()));

  /** What the file was made from. */
  public static final Fact<Provenance> PROVENANCE = fact(Fact.of("provenance", Provenance.KIND));

  private final Map<Fact<?>, Object> values;

  private ModelFacts(Map<Fact<?>, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  private static <T> Fact<T> fact(Fact<T> fact) {
    ALL.add(fact);
    return fact;
  }

  /**
   * A file that is compressed with gzip.
   *
   * @param bytes how many it has when it is not
   * @param sha256 of these, in hexadecimal digits
   */
  public record Compressed(long bytes, String sha256) {
    private static final Fact<Long> BYTES = Fact.number("bytes", 0);
    private static final Fact<String> SHA256 = Fact.sha256("sha256");
    private static final Fact.Kind<Compressed> KIND =
        Members.kind(
            file -> new Compressed(file.require(BYTES), file.require(SHA256)),
            file -> new Written().with(BYTES, file.bytes()).with(SHA256, file.sha256()));
  }

  /**
   * What a file was made from.
   *
   * @param configSha256 of {@code config.json}, in hexadecimal digits
   * @param adapterSha256 of the {@code adapter_config.json} of the adapter that was merged
   * @param sourceFiles names of the weight files
   * @param tensorSha256 tensor of the checkpoint to the hash of its stored bytes
   */
  public record Provenance(
      String configSha256,
      Optional<String> adapterSha256,
      List<String> sourceFiles,
      Map<String, String> tensorSha256) {
    private static final Fact<String> CONFIG = Fact.sha256("config_sha256");
    private static final Fact<String> ADAPTER = Fact.sha256("adapter_config_sha256").optional();
    private static final Fact<List<String>> FILES = Fact.texts("source_files");
    private static final Fact<Map<String, String>> TENSORS =
        Fact.of("tensor_sha256", Fact.map(Fact.SHA256_KIND));
    private static final Fact.Kind<Provenance> KIND =
        Members.kind(
            from ->
                new Provenance(
                    from.require(CONFIG),
                    from.find(ADAPTER),
                    from.require(FILES),
                    from.require(TENSORS)),
            from ->
                new Written()
                    .with(CONFIG, from.configSha256())
                    .with(ADAPTER, from.adapterSha256())
                    .with(FILES, from.sourceFiles())
                    .with(TENSORS, from.tensorSha256()));

    public Provenance {
      sourceFiles = List.copyOf(sourceFiles);
      tensorSha256 = Collections.unmodifiableMap(new LinkedHashMap<>(tensorSha256));
    }

    /** Of a checkpoint without an adapter. */
    public Provenance(
        String configSha256, List<String> sourceFiles, Map<String, String> tensorSha256) {
      this(configSha256, Optional.empty(), sourceFiles, tensorSha256);
    }
  }

  /** Gathers facts. */
  public static final class Builder {
    private final Map<Fact<?>, Object> values = new LinkedHashMap<>();

    private Builder() {}

    /** Says a fact. */
    public <T> Builder with(Fact<T> fact, T value) {
      values.put(fact, value);
      return this;
    }

    /** Says a fact, or nothing. */
    public <T> Builder with(Fact<T> fact, Optional<T> value) {
      value.ifPresentOrElse(v -> values.put(fact, v), () -> values.remove(fact));
      return this;
    }

    /**
     * The facts of a file.
     *
     * @throws IllegalStateException if one is missing that every file has
     */
    public ModelFacts build() {
      for (Fact<?> fact : ALL) {
        if (fact.isRequired() && !values.containsKey(fact)) {
          throw new IllegalStateException("nothing is said of " + fact);
        }
      }
      return new ModelFacts(inOrder(true));
    }

    /**
     * What is known of a model, which may be little: {@link ModelFacts#find} tells what. Not for a
     * file.
     */
    public ModelFacts known() {
      return new ModelFacts(inOrder(false));
    }

    private Map<Fact<?>, Object> inOrder(boolean usual) {
      Map<Fact<?>, Object> all = new LinkedHashMap<>();
      for (Fact<?> fact : ALL) {
        Object value = values.get(fact);
        if (value != null) {
          all.put(fact, value);
        } else if (usual) {
          fact.usual().ifPresent(nothing -> all.put(fact, nothing));
        }
      }
      return all;
    }
  }

  /** Nothing is said yet. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same facts but for one. */
  public <T> ModelFacts with(Fact<T> fact, T value) {
    Builder builder = builder();
    builder.values.putAll(values);
    return builder.with(fact, value).build();
  }

  /** The value of a fact, if the file says it. */
  @SuppressWarnings("unchecked") // the builder and the reader take no value of another type
  public <T> Optional<T> find(Fact<T> fact) {
    return Optional.ofNullable((T) values.get(fact));
  }

  /**
   * The value of a fact that every file says, or whose absence means something.
   *
   * @throws java.util.NoSuchElementException if it is optional, and the file does not say it
   */
  public <T> T value(Fact<T> fact) {
    return find(fact).orElseThrow();
  }

  /** {@link #LITEGRAFT_VERSION}. */
  public String litegraftVersion() {
    return value(LITEGRAFT_VERSION);
  }

  /** {@link #FAMILY}. */
  public String family() {
    return value(FAMILY);
  }

  /** {@link #HF_CLASS}. */
  public String hfClass() {
    return value(HF_CLASS);
  }

  /** {@link #TASK}. */
  public Task task() {
    return value(TASK);
  }

  /** {@link #LABELS}. */
  public List<String> labels() {
    return value(LABELS);
  }

  /** {@link #PROBLEM_TYPE}. */
  public Optional<ProblemType> problemType() {
    return find(PROBLEM_TYPE);
  }

  /** Whether the output is {@link OutputForm#PROBABILITIES}. */
  public boolean answersWithProbabilities() {
    return find(OUTPUT).orElse(OutputForm.LOGITS) == OutputForm.PROBABILITIES;
  }

  /** {@link #POOLING}; empty where there is none. */
  public List<Pooling> pooling() {
    return find(POOLING).orElse(List.of());
  }

  /** {@link #PAD_TOKEN_ID}. */
  public OptionalInt padTokenId() {
    return whole(PAD_TOKEN_ID);
  }

  /** {@link #PADDING_SIDE}. */
  public Side paddingSide() {
    return value(PADDING_SIDE);
  }

  /** {@link #MAX_LENGTH}. */
  public int maxLength() {
    return value(MAX_LENGTH);
  }

  /** {@link #MODEL_MAX_POSITIONS}. */
  public OptionalInt modelMaxPositions() {
    return whole(MODEL_MAX_POSITIONS);
  }

  /** {@link #TOKEN_TYPES}. */
  public boolean tokenTypes() {
    return value(TOKEN_TYPES);
  }

  /** {@link #SIGNATURE_NAMES}. */
  public SignatureNames signatureNames() {
    return value(SIGNATURE_NAMES);
  }

  /** {@link #RECIPE}. */
  public String recipe() {
    return value(RECIPE);
  }

  /** {@link #ROUNDING}; {@link #PLAIN_ROUNDING} where a file says none. */
  public String rounding() {
    return find(ROUNDING).orElse(PLAIN_ROUNDING);
  }

  /** {@link #PARAMETERS}. */
  public long parameters() {
    return value(PARAMETERS);
  }

  /** {@link #LENGTHS}. */
  public List<Integer> lengths() {
    return value(LENGTHS);
  }

  /** {@link #NORMALIZE}. */
  public boolean normalize() {
    return value(NORMALIZE);
  }

  /** {@link #SIMILARITY}. */
  public Similarity similarity() {
    return value(SIMILARITY);
  }

  /** {@link #PROMPT}. */
  public String prompt() {
    return value(PROMPT);
  }

  /** {@link #PROMPTS}. */
  public Map<String, String> prompts() {
    return value(PROMPTS);
  }

  /** {@link #STRIP}. */
  public boolean strip() {
    return value(STRIP);
  }

  /** {@link #LOWER_CASE}. */
  public boolean lowerCase() {
    return value(LOWER_CASE);
  }

  /** {@link #COMPRESSED}. */
  public Map<String, Compressed> compressed() {
    return value(COMPRESSED);
  }

  /** {@link #PROVENANCE}. */
  public Provenance provenance() {
    return value(PROVENANCE);
  }

  private OptionalInt whole(Fact<Integer> fact) {
    return find(fact).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** The text of {@code litegraft.json}; the same facts give the same text. */
  public String toJson() {
    return FactsJson.write(values, ALL);
  }

  /**
   * Reads {@code litegraft.json}.
   *
   * @param where the file, for messages
   * @throws dev.litegraft.error.InvalidInputException if it is no such file, is newer than this
   *     program, says under {@code must_understand} what this program does not know, or a fact is
   *     missing or of another kind
   */
  public static ModelFacts read(byte[] json, String where) {
    return new ModelFacts(FactsJson.read(json, where, ALL));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelFacts facts && values.equals(facts.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
