package dev.litegraft;

import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.client.Client;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.json.Json;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.model.Signatures;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a conversion leaves to the user.
 *
 * @param recipe how weights and activations are stored
 * @param maxLength the longest text in tokens; absent: the smallest of 512, the tokenizer's and the
 *     model's limit
 * @param lengths static lengths, one signature each; empty: one signature whose sequence axis is
 *     dynamic
 * @param signatureNames how inputs are called
 * @param inputType type of ids and masks: {@link DType#I32} or {@link DType#I64}
 * @param qkv how query, key and value projections are computed
 * @param pooling how an embedding is made of the tokens' vectors; absent: as the checkpoint says,
 *     else the mean
 * @param normalize whether embeddings get length 1, whatever the checkpoint says
 * @param adapter the folder of a LoRA adapter, which is merged into the weights
 * @param readAs what the folder is read as; absent: as it says itself
 * @param dimensions how many numbers of a vector are kept, before it gets length 1; absent: as many
 *     as the checkpoint says
 * @param reranker how a causal language model is asked for a score: the name of a template, or its
 *     JSON file; absent: as the folder says
 * @param task of several that a model was trained for, the one whose weights are taken; absent: the
 *     model without any
 * @param confidence how the file's logits become probabilities; absent: plain softmax or sigmoid
 * @param client the program that the file is for, which then runs it or there is no file; with one,
 *     no {@code lengths} means those that suit it; absent: none in particular
 * @param batch how many texts of one length a further signature takes at once, 2 to 64, for many
 *     texts; 1 for none
 */
public record ConversionOptions(
    Recipe recipe,
    OptionalInt maxLength,
    List<Integer> lengths,
    SignatureNames signatureNames,
    DType inputType,
    EdgeLayout.Qkv qkv,
    Optional<Pooling> pooling,
    boolean normalize,
    Optional<Path> adapter,
    Optional<ReadAs> readAs,
    OptionalInt dimensions,
    Optional<String> reranker,
    Optional<String> task,
    Optional<Confidence> confidence,
    Optional<Client> client,
    int batch) {
  /** A further signature takes no more texts. */
  public static final int MOST_TEXTS = 64;

  private static final String CONFIDENCE = "confidence";

  /** Bytes. */
  private static final long MOST_OF_A_RECIPE = 1 << 20;

  private static final ConversionOptions DEFAULTS =
      new ConversionOptions(
          Recipe.DYNAMIC_WI8_AFP32,
          OptionalInt.empty(),
          List.of(),
          SignatureNames.HF,
          DType.I32,
          EdgeLayout.Qkv.SPLIT,
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          1);

  public ConversionOptions {
    lengths = lengths.stream().sorted().distinct().toList();
    if (inputType != DType.I32 && inputType != DType.I64) {
      throw new IllegalArgumentException("inputs are I32 or I64, not " + inputType);
    }
    if (batch < 1 || batch > MOST_TEXTS) {
      throw new IllegalArgumentException("batch is 1 to " + MOST_TEXTS + ", not " + batch);
    }
  }

  /** int8, dynamic length, Hugging Face's names, int32, separate projections. */
  public static ConversionOptions defaults() {
    return DEFAULTS;
  }

  /** The same for a client: its recipe, and static lengths that suit it. */
  public ConversionOptions withClient(Client program) {
    return changed(
        parts -> {
          parts.client = Optional.of(program);
          parts.recipe = ClientFile.recipe(program);
        });
  }

  /** The same for no client in particular; recipe and lengths stay. */
  public ConversionOptions withoutClient() {
    return changed(parts -> parts.client = Optional.empty());
  }

  /**
   * The same with a further signature that takes {@code texts} texts of one length at once, each of
   * its own: for many texts, of which short ones are answered up to twice as fast by large models.
   * The length has to be dynamic, and the file for no client in particular.
   */
  public ConversionOptions withBatch(int texts) {
    return changed(parts -> parts.batch = texts);
  }

  /**
   * Checks that none of these options excludes another one, as {@link #withBatch several texts at
   * once} do a client, static lengths, and a recipe with static scales. {@link Converter} does,
   * too.
   *
   * @throws InvalidRequestException if one does
   */
  public void requirePossible() {
    if (batch == 1) {
      return;
    }
    String name = recipe.canonicalName();
    Optional<String> other =
        client
            .map(program -> "--for " + program.id())
            .or(() -> Optional.of("--length " + words(lengths)).filter(l -> !lengths.isEmpty()))
            .or(
                () ->
                    Optional.of("--recipe " + name)
                        .filter(r -> name.startsWith(Recipe.STATIC_WI8_AI8.canonicalName())));
    if (other.isPresent()) {
      throw new InvalidRequestException(
          "--batch " + batch + " and " + other.get() + " are both given",
          "--batch",
          "one of them: several texts at once are for a dynamic length, for many texts on this"
              + " project's own runtime");
    }
  }

  private static String words(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The graphs that these options ask for. */
  Signatures signatures() {
    return new Signatures(lengths, signatureNames, inputType, qkv).withBatch(batch);
  }

  /** The same with another recipe. */
  public ConversionOptions withRecipe(Recipe other) {
    return changed(parts -> parts.recipe = other);
  }

  /** The same with a longest text of {@code tokens}. */
  public ConversionOptions withMaxLength(int tokens) {
    return changed(parts -> parts.maxLength = OptionalInt.of(tokens));
  }

  /** The same with static lengths. */
  public ConversionOptions withLengths(List<Integer> tokens) {
    return changed(parts -> parts.lengths = tokens);
  }

  /** The same with other input names. */
  public ConversionOptions withSignatureNames(SignatureNames names) {
    return changed(parts -> parts.signatureNames = names);
  }

  /** The same with another input type. */
  public ConversionOptions withInputType(DType type) {
    return changed(parts -> parts.inputType = type);
  }

  /** The same with another layout of the projections. */
  public ConversionOptions withQkv(EdgeLayout.Qkv layout) {
    return changed(parts -> parts.qkv = layout);
  }

  /** The same with another pooling of embeddings. */
  public ConversionOptions withPooling(Pooling kind) {
    return changed(parts -> parts.pooling = Optional.of(kind));
  }

  /** The same with embeddings of length 1. */
  public ConversionOptions withNormalize(boolean unitLength) {
    return changed(parts -> parts.normalize = unitLength);
  }

  /** The same with the LoRA adapter in a folder, as PEFT saves it. */
  public ConversionOptions withAdapter(Path folder) {
    return changed(parts -> parts.adapter = Optional.of(folder));
  }

  /** The same of a folder that is read as a classifier's or an embedder's, whatever it says. */
  public ConversionOptions withReadAs(ReadAs use) {
    return changed(parts -> parts.readAs = Optional.of(use));
  }

  /** The same with vectors of which the first {@code numbers} are kept. */
  public ConversionOptions withDimensions(int numbers) {
    return changed(parts -> parts.dimensions = OptionalInt.of(numbers));
  }

  /** The same of a causal language model that is asked for a score by a template or its file. */
  public ConversionOptions withReranker(String template) {
    return changed(parts -> parts.reranker = Optional.of(template));
  }

  /** The same of a model whose weights for one of its tasks are taken. */
  public ConversionOptions withTask(String name) {
    return changed(parts -> parts.task = Optional.of(name));
  }

  /** The same of a file whose probabilities were fitted. */
  public ConversionOptions withConfidence(Confidence fitted) {
    return changed(parts -> parts.confidence = Optional.of(fitted));
  }

  /** The same of a file with plain probabilities. */
  public ConversionOptions withoutConfidence() {
    return changed(parts -> parts.confidence = Optional.empty());
  }

  /**
   * The same of a file whose probabilities were fitted as a recipe's file says, if it says so.
   *
   * @throws InvalidRequestException if what it says is no confidence
   * @throws IOException if the file cannot be read
   */
  public ConversionOptions withConfidenceOf(Path recipeFile) throws IOException {
    Object json;
    try {
      json = Json.read(recipeFile, MOST_OF_A_RECIPE).get(CONFIDENCE);
    } catch (InvalidInputException e) {
      throw InvalidRequestException.of(e);
    }
    if (json == null) {
      return this;
    }
    try {
      return withConfidence(Confidence.of(json, CONFIDENCE, recipeFile.toString()));
    } catch (InvalidInputException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              e.what(),
              recipeFile.toString(),
              "correct \"confidence\" in the file, or take it out: without it probabilities are as"
                  + " the model has them");
      fault.initCause(e);
      throw fault;
    }
  }

  private ConversionOptions changed(Consumer<Parts> change) {
    Parts parts = new Parts(this);
    change.accept(parts);
    return parts.together();
  }

  /** The parts of options while one of them changes. */
  private static final class Parts {
    private Recipe recipe;
    private OptionalInt maxLength;
    private List<Integer> lengths;
    private SignatureNames signatureNames;
    private DType inputType;
    private EdgeLayout.Qkv qkv;
    private Optional<Pooling> pooling;
    private boolean normalize;
    private Optional<Path> adapter;
    private Optional<ReadAs> readAs;
    private OptionalInt dimensions;
    private Optional<String> reranker;
    private Optional<String> task;
    private Optional<Confidence> confidence;
    private Optional<Client> client;
    private int batch;

    Parts(ConversionOptions options) {
      recipe = options.recipe;
      maxLength = options.maxLength;
      lengths = options.lengths;
      signatureNames = options.signatureNames;
      inputType = options.inputType;
      qkv = options.qkv;
      pooling = options.pooling;
      normalize = options.normalize;
      adapter = options.adapter;
      readAs = options.readAs;
      dimensions = options.dimensions;
      reranker = options.reranker;
      task = options.task;
      confidence = options.confidence;
      client = options.client;
      batch = options.batch;
    }

    ConversionOptions together() {
      return new ConversionOptions(
          recipe,
          maxLength,
          lengths,
          signatureNames,
          inputType,
          qkv,
          pooling,
          normalize,
          adapter,
          readAs,
          dimensions,
          reranker,
          task,
          confidence,
          client,
          batch);
    }
  }
}
