package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import java.util.Map;

/**
 * The code that GTE's authors published it with, under the name "new".
 *
 * <p>Source: {@code modeling.py} and {@code configuration.py} of Alibaba-NLP/new-impl.
 */
final class NewCode {
  private NewCode() {}

  static CustomCode of(HfConfig config) {
    HfConfig read =
        OwnCode.of(config)
            .with("model_type", "gte")
            .withClass("New", "Gte")
            .withDefault("type_vocab_size", 1)
            .withDefault("layer_norm_eps", 1e-12)
            .withDefault("hidden_act", "gelu")
            .withDefault("rope_theta", 10_000)
            .withDefault("max_position_embeddings", 2048)
            .require("layer_norm_type", "layer_norm")
            .require("position_embedding_type", "rope")
            .require("logn_attention_scale", false)
            .without(
                "logn_attention_clip1",
                "pack_qkv",
                "unpad_inputs",
                "use_memory_efficient_attention")
            .config();
    HfConfig padded = read.value("pad_token_id") == null ? read.with("pad_token_id", null) : read;
    return new CustomCode(
        positions(padded),
        tensors -> new StoredNames().renaming("new", "gte").apply(tensors),
        "the folder has code of its own (new-impl), which was recognised: it is read as GteModel of"
            + " transformers; check it against recorded answers with --expected");
  }

  /** "ntk" with its factor is a larger base, and all frequencies are divided once more. */
  private static HfConfig positions(HfConfig config) {
    if (!(config.value("rope_scaling") instanceof Map<?, ?> scaling)) {
      return config;
    }
    if (!"ntk".equals(scaling.get("type")) || scaling.get("mixed_b") != null) {
      throw new InvalidCheckpointException(
          "rope_scaling is " + scaling + ", where \"ntk\" with a factor alone is known",
          config.where() + ", rope_scaling",
          "compare the key with the model's original config.json");
    }
    double factor = config.number("rope_scaling.factor");
    int width = config.size("hidden_size") / config.size("num_attention_heads");
    double theta = config.number("rope_theta");
    return config
        .with("rope_theta", theta * factor)
        .with(
            "rope_scaling", Map.of("rope_type", "linear", "factor", Math.pow(factor, 2.0 / width)));
  }
}
