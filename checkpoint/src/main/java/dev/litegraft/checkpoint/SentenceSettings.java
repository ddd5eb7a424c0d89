package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Kind;
import dev.litegraft.checkpoint.config.ProblemTypes;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.facts.Similarity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What the two config files of a sentence-transformers folder say: {@code
 * config_sentence_transformers.json} of the whole, {@code sentence_bert_config.json} (or another of
 * its names) of the Transformer module.
 *
 * @param kind the class that loads the folder
 * @param task {@code transformer_task}: {@code feature-extraction}, {@code
 *     sequence-classification}, {@code text-generation} or {@code fill-mask}
 * @param maxLength the longest text in tokens, which goes before the tokenizer's own limit
 * @param lowerCase {@code do_lower_case}
 * @param prompt what is put before every text; empty where nothing is
 * @param prompts all prompts by their names
 * @param dimensions {@code truncate_dim}
 * @param similarity how the vectors of two texts are compared
 * @param activation what a CrossEncoder does with its logits: the name of a class of torch
 * @param modelSettings keys of config.json that the folder sets otherwise
 * @param chat how a chat template is filled in
 * @param multiVector how texts become vectors of their tokens, where they do
 * @param savedBy which versions wrote the folder
 * @param notes what a user should know
 */
public record SentenceSettings(
    Kind kind,
    String task,
    OptionalInt maxLength,
    boolean lowerCase,
    String prompt,
    Map<String, String> prompts,
    Optional<Integer> dimensions,
    Similarity similarity,
    Optional<String> activation,
    Map<String, @Nullable Object> modelSettings,
    Chat chat,
    Optional<MultiVectorModules> multiVector,
    SavedBy savedBy,
    List<String> notes)
    implements ProblemTypes.CrossEncoder {
  /**
   * How a chat template is filled in.
   *
   * @param structured whether a message's content is a list of parts
   * @param generationPrompt whether the answer is begun
   */
  public record Chat(boolean structured, boolean generationPrompt) {
    static final Chat USUAL = new Chat(false, false);
  }

  /** Of a folder that sentence-transformers did not write. */
  static final SentenceSettings NONE =
      unsaid(Kind.EMBEDDER, "feature-extraction", Similarity.COSINE);

  /** Of a classifier that CrossEncoder loads by its own rules. */
  static final SentenceSettings CLASSIFIER =
      unsaid(Kind.CROSS_ENCODER, "sequence-classification", Similarity.COSINE);

  /** Of a language model that is read as a reranker: its score is a sigmoid, as CrossEncoder's. */
  static final SentenceSettings RERANKER =
      unsaid(Kind.CROSS_ENCODER, "text-generation", Similarity.COSINE);

  /** Of a model that fills in words and is read as SparseEncoder reads it. */
  static final SentenceSettings SPARSE = unsaid(Kind.SPARSE_ENCODER, "fill-mask", Similarity.DOT);

  private static SentenceSettings unsaid(Kind kind, String task, Similarity similarity) {
    return new SentenceSettings(
        kind,
        task,
        OptionalInt.empty(),
        false,
        "",
        Map.of(),
        Optional.empty(),
        similarity,
        Optional.empty(),
        Map.of(),
        Chat.USUAL,
        Optional.empty(),
        SavedBy.UNKNOWN,
        List.of());
  }

  public SentenceSettings {
    prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts));
    modelSettings = Collections.unmodifiableMap(new LinkedHashMap<>(modelSettings));
    notes = List.copyOf(notes);
  }

  /** The same of an embedder behind which a head stands that makes labels of its vectors. */
  SentenceSettings ofClassifier(String torchActivation) {
    return new SentenceSettings(
        Kind.CROSS_ENCODER,
        task,
        maxLength,
        lowerCase,
        prompt,
        Map.of(),
        Optional.empty(),
        similarity,
        Optional.of(torchActivation),
        modelSettings,
        chat,
        multiVector,
        savedBy,
        notes);
  }

  /** The same of a model that does not take its prompts by their names. */
  SentenceSettings withoutNamedPrompts() {
    return new SentenceSettings(
        kind,
        task,
        maxLength,
        lowerCase,
        prompt,
        Map.of(),
        dimensions,
        similarity,
        activation,
        modelSettings,
        chat,
        multiVector,
        savedBy,
        notes);
  }

  /**
   * Whether texts are lower-cased before the tokenizer sees them, special tokens in them too, after
   * the prompt was put before them: until version 5.3.
   */
  public boolean lowersTexts() {
    return lowerCase && savedBy.sentenceTransformersBefore(5, 4);
  }

  /** Whether the tokenizer lower-cases texts, but for special tokens in them: since version 5.4. */
  public boolean lowersInTokenizer() {
    return lowerCase && !lowersTexts();
  }

  /**
   * Whether white space at a text's ends is taken off, before it is lower-cased: until version 5.3.
   *
   * <p>Source: {@code tokenize} of sentence-transformers' Transformer.
   */
  public boolean strips() {
    return savedBy.sentenceTransformersBefore(5, 4);
  }
}
