package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;

/** Decoders whose folder has code of its own that lets every token see all. */
final class BothWays {
  private BothWays() {}

  /**
   * As a class of transformers, with {@code is_causal: false}.
   *
   * @param code the code's name, for people
   * @param family the prefix of the class
   */
  static CustomCode code(HfConfig config, String code, String modelType, String family) {
    Object causal = config.value("is_causal");
    HfConfig read =
        OwnCode.of(config)
            .with("model_type", modelType)
            .with("is_causal", Boolean.TRUE.equals(causal))
            .config();
    return new CustomCode(
        read,
        tensors -> tensors,
        "the folder has code of its own ("
            + code
            + "), which was recognised: it is read as "
            + family
            + "Model in which "
            + (Boolean.TRUE.equals(causal)
                ? "tokens see those before them"
                : "every token sees all")
            + "; check it against recorded answers with --expected");
  }

  /** The code of voyage-4-nano. */
  static final String VOYAGE = "VoyageQwen3BidirectionalEmbedModel";

  /**
   * Voyage's embedder: a linear layer follows the last norm, as wide as {@code num_labels} says.
   *
   * <p>Source: {@code voyage.py} of vLLM and {@code qwen3.rs} of text-embeddings-inference, which
   * load voyageai/voyage-4-nano.
   */
  static CustomCode ofVoyage(HfConfig config) {
    HfConfig read =
        OwnCode.of(config)
            .require("use_bidirectional_attention", true)
            .with(CustomCode.PROJECTION, config.size("num_labels"))
            .without("num_labels", "is_causal", "pooling")
            .withClass(VOYAGE, "Qwen3Model")
            .config();
    return code(read, "Voyage's, with a projection behind the model", "qwen3", "Qwen3");
  }

  /**
   * NVIDIA's embedders.
   *
   * <p>Source: {@code llama_bidirectional_model.py} of nvidia/llama-embed-nemotron.
   */
  static CustomCode ofLlama(HfConfig config, String modelType) {
    boolean classifies =
        config.texts("architectures").stream()
            .anyMatch(name -> name.endsWith("ForSequenceClassification"));
    if (classifies) {
      throw new InvalidCheckpointException(
          "the folder's own classifier reads the mean of the tokens (pooling), where Llama's reads"
              + " the last one",
          config.where() + ", architectures",
          "convert the embedder of this family, or a reranker that transformers has a class for");
    }
    HfConfig read =
        OwnCode.of(config)
            .require("pooling", "avg")
            .without("temperature")
            .withClass("LlamaBidirectional", "Llama")
            .config();
    return code(read, "llama_bidirectional_model", modelType, "Llama");
  }
}
