package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfClass;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A model family: one forward pass, and the Hugging Face classes that it serves. */
public interface Architecture {
  /** The family's name as people say it: {@code Llama}. */
  String family();

  /** Hugging Face's class names ({@code architectures} in config.json), each with its task. */
  Map<String, Task> classes();

  /** What {@code model_type} in config.json says. */
  String modelType();

  /**
   * What it says where the model reads images too, and its part for texts is one of this family's.
   */
  default Set<String> textParts() {
    return Set.of();
  }

  /** The class of tokenizer that transformers takes where a folder names none. */
  String tokenizerClass();

  /** What its config.json calls the settings that every transformer has. */
  default ConfigNames configNames() {
    return ConfigNames.USUAL;
  }

  /** What its checkpoints call the modules that every transformer has. */
  ModuleNames moduleNames();

  /**
   * Whether the family's class may read a key of config.json that changes answers in some family:
   * one that it never reads changes nothing.
   */
  default boolean reads(String key) {
    return ClassKeys.of(this).test(key);
  }

  /** The distribution from which transformers draws the weights of a new classification head. */
  default HeadInitializer headInitializer() {
    return HeadInitializer.NORMAL;
  }

  /** What the tokens' embeddings are multiplied by before the first layer. */
  default double embeddingScale(HfConfig config) {
    return 1;
  }

  /**
   * What the family's class for a task was checked against. {@link Evidence#RECORDED} needs a
   * recorded case of that very class.
   */
  default Evidence checkedAgainst(Task task) {
    return Evidence.RECORDED;
  }

  /** The factors that this family alone has, in the order in which they are named. */
  default List<Factor> factors() {
    return List.of();
  }

  /** How many token types the model tells apart, as BERT does in text pairs; 1 or 0 for none. */
  default int tokenTypes(HfConfig config) {
    return 1;
  }

  /**
   * Whether the model reads token type ids wherever its tokenizer gives them, though it has no
   * table of types: GPT-2 adds the vectors of the words 0 and 1.
   */
  default boolean readsTypesAsWords() {
    return false;
  }

  /** Whether the model reads token type ids. */
  default boolean takesTokenTypes(HfConfig config) {
    return tokenTypes(config) > 1;
  }

  /** The width of the last hidden states, d. */
  default int width(HfConfig config) {
    return config.size(configNames().width());
  }

  /**
   * Whether a row's length changes the answer to its text, and with it even masked padding: some
   * scalings of rotary positions look at it.
   */
  default boolean readsTheLength(HfConfig config) {
    return false;
  }

  /** How many layers are computed with the weights of one; 1 but where layers share theirs. */
  default int layersPerWeights(HfConfig config) {
    return 1;
  }

  /** The token whose vector a sequence classifier reads, for the facts that travel in the file. */
  default Pooling pooling(HfConfig config) {
    return Pooling.CLS;
  }

  /**
   * The longest text that the model can read, in tokens; {@link Integer#MAX_VALUE} where nothing
   * limits it.
   *
   * @throws dev.litegraft.error.InvalidCheckpointException if the config does not say
   */
  default int maxTokens(HfConfig config) {
    return config.size(configNames().positions());
  }

  /**
   * Whether the library reads texts that are longer than {@link #maxTokens}: where positions have
   * no table, nothing stops it, and the answers get worse.
   */
  default boolean readsBeyond(HfConfig config) {
    return false;
  }

  /**
   * The id that pads texts. A family whose Hugging Face config has one of its own overrides this: a
   * config.json that does not name it means that one.
   */
  default OptionalInt padToken(HfConfig config) {
    return config.has("pad_token_id") ? padToken(config, 0) : OptionalInt.empty();
  }

  /**
   * The pad token of a class that has one where config.json does not speak of it; null is none. Nor
   * is a negative one, as the first Llama's −1, any token's: no id equals it.
   *
   * @param absent where the config does not name it
   */
  static OptionalInt padToken(HfConfig config, int absent) {
    int id = config.isNull("pad_token_id") ? -1 : config.integer("pad_token_id", absent);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The token whose state a text's classifier reads, where it is found by its id: the last one that
   * ends a text. Absent where a token is read by its place.
   */
  default OptionalInt endToken(HfConfig config) {
    return OptionalInt.empty();
  }

  /**
   * Whether the answer stays the same when masked padding stands at the left of the tokens. It does
   * where only distances between tokens count and the pooled token is found from the right; it does
   * not where the first token is pooled or positions are learned.
   */
  default boolean allowsLeftPadding(HfConfig config) {
    return false;
  }

  /** The longest text of a conversion, in tokens, where nothing asks for another. */
  default int usualLength() {
    return 512;
  }

  /** The head of the family's class that fills in words; absent where it is not known. */
  default Optional<MaskedHead> maskedHead(HfConfig config) {
    return Optional.empty();
  }

  /**
   * Whether transformers has a class of the family for question answering, which makes two numbers
   * of each token.
   */
  default boolean answersQuestions() {
    return false;
  }

  /** Hugging Face's class for question answering, where there is one. */
  default Optional<String> spanClass() {
    return classes().entrySet().stream()
        .filter(c -> answersQuestions() && c.getValue() == Task.EMBEDDING)
        .map(c -> HfClass.of(c.getKey(), "ForQuestionAnswering"))
        .findFirst();
  }

  /** The module of that class which makes the two numbers. */
  default String spanHead() {
    return "qa_outputs";
  }

  /**
   * What the class for question answering does with its logits.
   *
   * @param logits of {@link #spanHead}, [b, t, 2], to the same
   */
  default <T> T spans(Layers<T> f, HfConfig config, Inputs<T> in, T logits) {
    return logits;
  }

  /** Where the table of words may stand, from the root: with the backbone's name, or bare. */
  default List<String> wordTables() {
    return List.of(moduleNames().words());
  }

  /** The module that makes logits of words, where it is not tied to their table. */
  default String languageHead() {
    return "lm_head";
  }

  /** Keys of config.json that change the logits of words after the language head made them. */
  default List<String> logitKeys() {
    return List.of();
  }

  /**
   * The tensors of a checkpoint under the names that {@link #forward} reads; as they are, where the
   * family's checkpoints have had no other.
   */
  default Map<String, TensorData> tensors(Map<String, TensorData> stored) {
    return stored;
  }

  /**
   * Whether checkpoints of this family are also released in the form of Meta's and Mistral's own
   * programs ({@code consolidated.safetensors}, {@code consolidated.00.pth}).
   */
  default boolean isConsolidated() {
    return false;
  }

  /**
   * A folder of this family whose model is Python code of its own ({@code auto_map}), as the class
   * of transformers would have it; absent where the code is not one that is known to compute the
   * same.
   *
   * @param config the config.json as it stands
   * @param task of several that a model was trained for, the one that is wanted
   */
  default Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    return Optional.empty();
  }

  /**
   * The forward pass of the class that {@code in.task()} asks for.
   *
   * @param f what the layers mean
   * @param config the checkpoint's config.json; every size comes from it
   * @param w the checkpoint's tensors, from the root
   * @param in ids and masks
   * @return logits [b, 1, labels]; for tokens [b, t, labels]; for embeddings the last hidden
   *     states, for question answering what {@link #spanHead} reads, [b, t, d], or [b, 1, d] where
   *     {@code in.selection()} is present
   * @throws dev.litegraft.error.InvalidCheckpointException if a key or tensor is missing, has
   *     another shape, or asks for what is not supported
   */
  <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in);
}
