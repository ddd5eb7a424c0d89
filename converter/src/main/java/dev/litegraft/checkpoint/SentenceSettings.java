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
 * @param task {@code transformer_task}: {@code feature-extraction} or {@code
 *     sequence-classification}
 * @param maxLength the longest text in tokens, which goes before the tokenizer's own limit
 * @param lowerCase {@code do_lower_case}
 * @param prompt what is put before every text; empty where nothing is
 * @param prompts all prompts by their names
 * @param dimensions {@code truncate_dim}
 * @param similarity how the vectors of two texts are compared
 * @param activation what a CrossEncoder does with its logits: the name of a class of torch
 * @param modelSettings keys of config.json that the folder sets otherwise
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
    SavedBy savedBy,
    List<String> notes)
    implements ProblemTypes.CrossEncoder {
  /** Of a folder that sentence-transformers did not write. */
  static final SentenceSettings NONE =
      new SentenceSettings(
          Kind.EMBEDDER,
          "feature-extraction",
          OptionalInt.empty(),
          false,
          "",
          Map.of(),
          Optional.empty(),
          Similarity.COSINE,
          Optional.empty(),
          Map.of(),
          SavedBy.UNKNOWN,
          List.of());

  public SentenceSettings {
    prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts));
    modelSettings = Collections.unmodifiableMap(new LinkedHashMap<>(modelSettings));
    notes = List.copyOf(notes);
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
