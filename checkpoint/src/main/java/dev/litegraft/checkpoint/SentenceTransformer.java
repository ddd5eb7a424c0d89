package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.CheckpointJson;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.file.TensorFile;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.LateInteraction;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Reranking;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a sentence-transformers folder adds to a model: {@code modules.json} and the settings of the
 * modules that it names.
 *
 * <p>Source: {@code sentence_transformers/base/modules}, {@code
 * sentence_transformers/sentence_transformer/modules} and {@code
 * sentence_transformers/cross_encoder/model.py}, versions 2 to 6.
 *
 * @param kind what the folder's own class makes of a text
 * @param reading what is read of the model's tokens
 * @param modelFolder where config.json and the weights are: the folder itself or one in it
 * @param poolings how tokens become one vector, in the order in which the vectors are joined; empty
 *     where the model's own head reads the tokens
 * @param width numbers of a token's vector; 0 without a pooling
 * @param steps what follows the pooling, in order
 * @param settings what the folder says of texts and answers
 * @param notes what a user should know
 * @param leftOut tokens at a text's beginning that are not pooled: those of the default prompt
 */
public record SentenceTransformer(
    Kind kind,
    Reading reading,
    Path modelFolder,
    List<Pooling> poolings,
    int width,
    List<Step> steps,
    SentenceSettings settings,
    List<String> notes,
    int leftOut) {
  static final String MODULES = "modules.json";
  static final long MAX_BYTES = 16 << 20;

  public SentenceTransformer {
    poolings = List.copyOf(poolings);
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  private SentenceTransformer(
      Kind kind,
      Reading reading,
      Path modelFolder,
      List<Pooling> poolings,
      int width,
      List<Step> steps,
      SentenceSettings settings,
      List<String> notes) {
    this(kind, reading, modelFolder, poolings, width, steps, settings, notes, 0);
  }

  /** The class that loads a folder: {@code model_type} of config_sentence_transformers.json. */
  public enum Kind {
    /** A text becomes a vector. */
    EMBEDDER,
    /** Two texts become a score, or one a label. */
    CROSS_ENCODER,
    /** A text becomes a weight for each word of the vocabulary. */
    SPARSE_ENCODER,
    /** A text becomes a vector for each of its tokens. */
    MULTI_VECTOR_ENCODER
  }

  /** What is read of the tokens of a text. */
  public sealed interface Reading {}

  /** A vector a text, or what the model's own head says. */
  public record Vector() implements Reading {}

  /**
   * A weight for each word of the vocabulary.
   *
   * @param sum whether the tokens' weights are added; else the largest counts
   * @param twice whether the logarithm is taken twice
   */
  public record Splade(boolean sum, boolean twice) implements Reading {}

  /** The logits of words after the last token. */
  public record Words(Reranking reranking) implements Reading {}

  /**
   * Vectors of a table, without a model behind it.
   *
   * @param leftOut tokens that do not count
   */
  public record Table(List<Integer> leftOut) implements Reading {
    public Table {
      leftOut = List.copyOf(leftOut);
    }
  }

  /** A vector a token. */
  public record TokenVectors(LateInteraction how) implements Reading {}

  /** What is done with a text's vector. */
  public sealed interface Step {}

  /**
   * A linear layer.
   *
   * @param path the folder of its tensors in the weights: {@code 2_Dense}; empty for the root
   * @param folder where its weights are
   * @param bias whether it has one
   * @param activation Hugging Face's name of the function after it
   * @param residual whether its input is added to what comes out; a matrix of its own makes the
   *     widths meet where they differ
   * @param where the config that names the function, for messages
   */
  public record Dense(
      String path,
      Path folder,
      int in,
      int out,
      boolean bias,
      String activation,
      boolean residual,
      String where)
      implements Step, Weighted {
    /** The same with another function, with its input added or without. */
    public Dense with(String other, boolean added) {
      return new Dense(path, folder, in, out, bias, other, added, where);
    }
  }

  /**
   * torch.nn.LayerNorm over the vector.
   *
   * @param path the folder of its tensors in the weights: {@code 2_LayerNorm}
   * @param folder where its weights are
   */
  public record Norm(String path, Path folder, int width) implements Step, Weighted {
    /** torch's default, which the module does not change. */
    public static final double EPSILON = 1e-5;
  }

  /** Gives the vector length 1. */
  public record Normalize() implements Step {}

  /** Keeps the first numbers of the vector. */
  public record Truncate(int width) implements Step {}

  /** A module with weights of its own. */
  private sealed interface Weighted permits Dense, Norm {
    String path();

    Path folder();
  }

  /**
   * Reads a folder's modules; empty where it has no modules.json.
   *
   * @throws InvalidCheckpointException if a module or a setting of one cannot be converted, or is
   *     missing
   */
  public static Optional<SentenceTransformer> find(Path folder) throws IOException {
    return find(folder, false);
  }

  /**
   * As {@link #find(Path)}.
   *
   * @param asked whether a template of the user's takes the place of the folder's own, which then
   *     need not be one that can be read
   */
  static Optional<SentenceTransformer> find(Path folder, boolean asked) throws IOException {
    Path file = folder.resolve(MODULES);
    return Files.isRegularFile(file)
        ? Optional.of(
            new SentenceModules(folder, file.toString(), asked)
                .read(CheckpointJson.readList(file, MAX_BYTES)))
        : Optional.empty();
  }

  /**
   * What sentence-transformers takes for a folder without modules.json: the last token of a causal
   * language model, else the mean.
   */
  static SentenceTransformer standard(HfConfig config) {
    boolean causal =
        config.texts("architectures").stream().limit(1).anyMatch(n -> n.endsWith("ForCausalLM"))
            && !Boolean.FALSE.equals(config.value("is_causal"));
    return new SentenceTransformer(
        Kind.EMBEDDER,
        new Vector(),
        Path.of(""),
        List.of(causal ? Pooling.LAST : Pooling.MEAN),
        0,
        List.of(),
        SentenceSettings.NONE,
        List.of());
  }

  /** What SparseEncoder takes for a folder without modules.json whose head fills in words. */
  static SentenceTransformer splade() {
    return new SentenceTransformer(
        Kind.SPARSE_ENCODER,
        new Splade(false, false),
        Path.of(""),
        List.of(),
        0,
        List.of(),
        SentenceSettings.SPARSE,
        List.of());
  }

  /** An encoder with a matrix beside it, of late interaction. */
  static SentenceTransformer colbert(Path folder, Dense projection, SentenceSettings settings)
      throws IOException {
    Path config = folder.resolve("tokenizer_config.json");
    LateInteraction how =
        settings
            .multiVector()
            .orElseThrow()
            .resolved(
                CheckpointTokenizer.of(folder, folder, Optional.empty(), false),
                Files.isRegularFile(config) ? CheckpointJson.read(config, MAX_BYTES) : Map.of());
    return new SentenceTransformer(
        Kind.MULTI_VECTOR_ENCODER,
        new TokenVectors(how),
        folder,
        List.of(),
        0,
        List.of(projection, new Normalize()),
        settings,
        List.of());
  }

  /** A folder of model2vec that has no modules.json. */
  static SentenceTransformer table(boolean normalize, List<Integer> leftOut) {
    return new SentenceTransformer(
        Kind.EMBEDDER,
        new Table(leftOut),
        Path.of(""),
        List.of(Pooling.MEAN),
        0,
        normalize ? List.of(new Normalize()) : List.of(),
        SentenceSettings.NONE,
        List.of());
  }

  /** A causal language model without modules.json, of which a user says how it is asked. */
  static SentenceTransformer reranker(Reranking reranking) {
    return new SentenceTransformer(
        Kind.CROSS_ENCODER,
        new Words(reranking),
        Path.of(""),
        List.of(),
        0,
        List.of(),
        SentenceSettings.RERANKER,
        List.of());
  }

  /** Whether texts become vectors. */
  public boolean embeds() {
    return kind != Kind.CROSS_ENCODER;
  }

  /** Whether the vector of a text is made here, and not by a head of the model's own. */
  public boolean pools() {
    return !poolings.isEmpty();
  }

  /** How many scores the modules make of two texts; absent where a head of the model's does. */
  OptionalInt scores() {
    return kind == Kind.CROSS_ENCODER
            && !steps.isEmpty()
            && steps.get(steps.size() - 1) instanceof Dense last
        ? OptionalInt.of(last.out())
        : OptionalInt.empty();
  }

  /**
   * Opens the weights of the modules, and adds them to those of the model.
   *
   * @param tensors may have those of modules that keep them elsewhere
   */
  void openWeights(HfConfig config, List<TensorFile> files, Map<String, RawTensorData> tensors)
      throws IOException {
    if (width > 0
        && config.value(config.has(CustomCode.PROJECTION) ? CustomCode.PROJECTION : "hidden_size")
            instanceof Number hidden
        && hidden.intValue() != width) {
      throw new InvalidCheckpointException(
          "the Pooling module takes vectors of "
              + width
              + " numbers, but the model makes vectors of "
              + hidden,
          config.where(),
          "download the folder again; its files do not belong together");
    }
    for (Step step : steps) {
      // Without a folder of its own, its tensors are among the model's.
      if (step instanceof Weighted weighted
          && !weighted.path().isEmpty()
          && !tensors.containsKey(weighted.path() + ".linear.weight")) {
        TensorFile file = WeightFiles.open(WeightFiles.single(weighted.folder()));
        files.add(file);
        file.tensors()
            .forEach(
                (name, tensor) -> {
                  String full = weighted.path() + "." + name;
                  tensors.put(full, TensorViews.renamed(tensor, full));
                });
      }
    }
  }
}
