package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.ProblemType;
import dev.litegraft.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier's logits mean, by the rules of the library that serves it: transformers'
 * pipeline, or sentence-transformers' CrossEncoder where that wrote the folder.
 *
 * <p>Source: {@code transformers/pipelines/text_classification.py}, postprocess; {@code
 * sentence_transformers/cross_encoder/model.py}, get_default_activation_fn.
 */
public final class ProblemTypes {
  private static final String SIGMOID = "Sigmoid";
  private static final String IDENTITY = "Identity";

  /** Where a CrossEncoder's activation stands in config.json: now, and before version 4. */
  private static final String NEWER = "sentence_transformers";

  private static final String OLDER = "sbert_ce_default_activation_function";

  private ProblemTypes() {}

  /**
   * A meaning, and what a user should know of how it was found.
   *
   * @param type what the logits mean
   * @param notes where two settings contradict each other, which of them counts
   */
  public record Found(ProblemType type, List<String> notes) {
    public Found {
      notes = List.copyOf(notes);
    }

    private static Found of(ProblemType type) {
      return new Found(type, List.of());
    }
  }

  /**
   * The meaning by config.json alone: a CrossEncoder's where the file is marked as one's, else the
   * pipeline's.
   *
   * @throws InvalidCheckpointException if a name is unknown
   */
  public static Found of(HfConfig config, int labels) {
    return isCrossEncoder(config)
        ? ofCrossEncoder(config, labels, Optional.empty())
        : ofPipeline(config, labels);
  }

  /**
   * The meaning in a folder.
   *
   * @param crossEncoder the settings of a folder that sentence-transformers' CrossEncoder wrote
   */
  public static Found of(
      HfConfig config, int labels, Optional<? extends CrossEncoder> crossEncoder) {
    return crossEncoder.isPresent()
        ? ofCrossEncoder(config, labels, crossEncoder.get().activation())
        : of(config, labels);
  }

  /** Whether the config is marked as a CrossEncoder's. */
  public static boolean isCrossEncoder(HfConfig config) {
    return config.at(NEWER).isPresent() || config.has(OLDER);
  }

  /** Whether a CrossEncoder before version 5.4 wrote the config. */
  public static boolean isOldCrossEncoder(HfConfig config) {
    return config.at(NEWER).isPresent()
        ? SavedBy.ofCrossEncoder(config.at(NEWER).get()).sentenceTransformersBefore(5, 4)
        : config.has(OLDER);
  }

  /** What a CrossEncoder's folder says beside config.json. */
  public interface CrossEncoder {
    /** The name of a class of torch; absent where config.json says it, or nothing does. */
    Optional<String> activation();
  }

  /** One logit is a probability by itself, unless the config calls it a regression's value. */
  private static Found ofPipeline(HfConfig config, int labels) {
    @Nullable ProblemType said = said(config);
    ProblemType usual = labels == 1 ? ProblemType.MULTI_LABEL : ProblemType.SINGLE_LABEL;
    if (labels == 1 && said == ProblemType.SINGLE_LABEL) {
      return new Found(
          ProblemType.MULTI_LABEL,
          List.of(
              "problem_type is "
                  + ProblemType.SINGLE_LABEL.hfName()
                  + " with one label: its score is the sigmoid of the logit, as transformers'"
                  + " pipeline gives it"));
    }
    return Found.of(said == null ? usual : said);
  }

  /**
   * The meaning of a CrossEncoder's logits, which {@code problem_type} does not change.
   *
   * @param activation the name of a class of torch that config_sentence_transformers.json has;
   *     without it what config.json says, else sigmoid for one label
   */
  public static Found ofCrossEncoder(HfConfig config, int labels, Optional<String> activation) {
    List<String> notes = new ArrayList<>();
    Optional<String> own = activation.isPresent() ? activation : activation(config);
    Optional<String> other = activation.isPresent() ? activation(config) : older(config);
    if (own.isPresent() && other.isPresent() && !other.equals(own)) {
      notes.add(
          "the cross-encoder's activation is said twice, "
              + own.get()
              + " and "
              + other.get()
              + ": the first counts, whose key is the newer one");
    }
    String usual = labels == 1 ? SIGMOID : IDENTITY;
    String function = own.map(name -> name.substring(name.lastIndexOf('.') + 1)).orElse(usual);
    if (own.isPresent() && !own.get().startsWith("torch.")) {
      notes.add(
          "the cross-encoder's activation is "
              + Json.show(own.get())
              + ", which sentence-transformers does not trust: it takes "
              + usual
              + ", and so does the file");
      function = usual;
    }
    ProblemType type = ofActivation(config, function, labels);
    @Nullable ProblemType said = said(config);
    if (said != null && said != type && !(labels > 1 && function.equals(IDENTITY))) {
      notes.add(
          "problem_type is "
              + said.hfName()
              + ", but the folder is a CrossEncoder's, which gives "
              + (type == ProblemType.MULTI_LABEL
                  ? "the sigmoid of the logits"
                  : "the logits as they are")
              + "; that counts");
    }
    return new Found(type, notes);
  }

  private static @Nullable ProblemType said(HfConfig config) {
    if (!config.has("problem_type")) {
      return null;
    }
    String name = config.text("problem_type");
    Optional<ProblemType> known = ProblemType.named(name);
    if (known.isPresent()) {
      return known.get();
    }
    throw new InvalidCheckpointException(
        "unknown problem_type \""
            + name
            + "\"; known: single_label_classification, multi_label_classification, regression",
        config.where(),
        "correct the key in a copy of the folder, or leave it out there: transformers then decides"
            + " by the number of labels");
  }

  /** Under the older of config.json's two keys. */
  private static Optional<String> older(HfConfig config) {
    return config.has(OLDER) ? Optional.of(config.text(OLDER)) : Optional.empty();
  }

  private static Optional<String> activation(HfConfig config) {
    Optional<String> own =
        config.at(NEWER).filter(s -> s.has("activation_fn")).map(s -> s.text("activation_fn"));
    return own.isPresent() ? own : older(config);
  }

  /** Several logits that stay as they are get a softmax for their probabilities. */
  private static ProblemType ofActivation(HfConfig config, String function, int labels) {
    return switch (function) {
      case SIGMOID -> ProblemType.MULTI_LABEL;
      case IDENTITY -> labels == 1 ? ProblemType.REGRESSION : ProblemType.SINGLE_LABEL;
      case "Softmax" -> ProblemType.SINGLE_LABEL;
      default ->
          throw new InvalidCheckpointException(
              "the cross-encoder's activation is "
                  + function
                  + ", where torch's Sigmoid, Identity and Softmax are known",
              config.where(),
              "save the model with CrossEncoder(DIR, activation_fn=torch.nn.Identity()) into another"
                  + " folder and convert that: the file gives the logits, and your program the rest");
    };
  }
}
