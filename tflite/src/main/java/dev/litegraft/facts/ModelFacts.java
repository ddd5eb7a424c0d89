package dev.litegraft.facts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a program must know to use a {@code .tflite}, and where it comes from: the file {@code
 * litegraft.json} inside of it.
 *
 * @param litegraftVersion what wrote it
 * @param family the architecture: {@code llama}
 * @param hfClass Hugging Face's class: {@code LlamaForSequenceClassification}
 * @param task what is asked of the model
 * @param labels by index; empty for embeddings
 * @param problemType {@code single_label_classification}, {@code multi_label_classification} or
 *     {@code regression}
 * @param pooling how tokens become one row: {@code last}, {@code cls}, {@code mean}, {@code max},
 *     {@code mean_sqrt_len} or {@code weightedmean}; {@code cls+mean} where two vectors are joined
 * @param padTokenId the token that fills up a row; absent: the model knows none
 * @param paddingSide where a row is filled up so that the answer stays that of the text alone. Not
 *     at the right without a pad token where the last token is pooled: then no row can be filled up
 * @param maxLength the longest text in tokens
 * @param modelMaxPositions the longest text that the checkpoint was made for
 * @param tokenTypes whether there is an input for token types
 * @param signatureNames how inputs are called
 * @param recipe how weights are stored: {@code dynamic_wi8_afp32}
 * @param parameters numbers of the checkpoint that are used
 * @param lengths tokens of each static signature; empty: the number of tokens is dynamic
 * @param normalize whether embeddings have length 1
 * @param prompt what is put before every text; empty where nothing is
 * @param lowerCase whether texts are lower-cased, after the prompt was put before them
 * @param provenance what it was made from
 */
public record ModelFacts(
    String litegraftVersion,
    String family,
    String hfClass,
    Task task,
    List<String> labels,
    Optional<String> problemType,
    Optional<String> pooling,
    OptionalInt padTokenId,
    Side paddingSide,
    int maxLength,
    OptionalInt modelMaxPositions,
    boolean tokenTypes,
    SignatureNames signatureNames,
    String recipe,
    long parameters,
    List<Integer> lengths,
    boolean normalize,
    String prompt,
    boolean lowerCase,
    Provenance provenance) {
  /** The version of {@code litegraft.json}; a reader refuses what is newer. */
  public static final int FORMAT_VERSION = 1;

  /** The name of the file inside the {@code .tflite}. */
  public static final String FILE_NAME = "litegraft.json";

  /** The tokenizer's file inside the {@code .tflite}. */
  public static final String TOKENIZER_NAME = "tokenizer.json";

  /** The tokenizer's settings inside the {@code .tflite}. */
  public static final String TOKENIZER_CONFIG_NAME = "tokenizer_config.json";

  /** The tokenizer's special tokens inside the {@code .tflite}. */
  public static final String SPECIAL_TOKENS_NAME = "special_tokens_map.json";

  /** The labels inside the {@code .tflite}, one a line. */
  public static final String LABELS_NAME = "labels.txt";

  public ModelFacts {
    labels = List.copyOf(labels);
    lengths = List.copyOf(lengths);
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
    public Provenance {
      sourceFiles = List.copyOf(sourceFiles);
      tensorSha256 = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tensorSha256));
    }

    /** Of a checkpoint without an adapter. */
    public Provenance(
        String configSha256, List<String> sourceFiles, Map<String, String> tensorSha256) {
      this(configSha256, Optional.empty(), sourceFiles, tensorSha256);
    }
  }

  /** The text of {@code litegraft.json}; the same facts give the same text. */
  public String toJson() {
    return FactsJson.write(this);
  }

  /**
   * Reads {@code litegraft.json}.
   *
   * @param where the file, for messages
   * @throws dev.litegraft.error.InvalidInputException if it is no such file, is newer than this
   *     program, or a fact is missing or of another kind
   */
  public static ModelFacts read(byte[] json, String where) {
    return FactsJson.read(json, where);
  }
}
