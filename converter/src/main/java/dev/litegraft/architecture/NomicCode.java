package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import java.util.Map;

/**
 * Nomic-BERT's own code, whose settings are called as GPT-2's.
 *
 * <p>Source: {@code modeling_hf_nomic_bert.py} of nomic-ai/nomic-bert-2048.
 */
final class NomicCode {
  private NomicCode() {}

  static CustomCode of(HfConfig config) {
    OwnCode own = OwnCode.of(config);
    boolean gated = activation(config, own);
    vocabulary(config, own);
    own.rename("n_embd", "hidden_size")
        .rename("n_head", "num_attention_heads")
        .rename("n_layer", "num_hidden_layers")
        .rename("n_inner", "intermediate_size")
        .rename("layer_norm_epsilon", "layer_norm_eps")
        .withDefault("layer_norm_eps", 1e-5) // GPT-2's
        .withDefault("type_vocab_size", 2)
        .require("prenorm", false)
        .require("causal", false)
        .require("norm_mlp", false)
        .require("use_rms_norm", false)
        .require("parallel_block", false)
        .require("parallel_block_tied_norm", false)
        .require("rotary_emb_fraction", 1)
        .require("rotary_emb_interleaved", false)
        .require("rotary_emb_scale_base", false)
        .require("rotary_head_dim", false)
        .require("scale_attn_by_inverse_layer_idx", false)
        .require("scale_attn_weights", true)
        .without(
            "dense_seq_output",
            "fused_bias_fc",
            "fused_dropout_add_ln",
            "use_xentropy",
            "max_trained_positions",
            "n_positions",
            "pad_vocab_size_multiple",
            "rotary_scaling_factor",
            "add_pooling_layer",
            "reorder_and_upcast_attn");
    HfConfig read = gated ? gated(own) : mixed(own);
    return new CustomCode(
        positions(config, read),
        tensors -> new StoredNames().renaming("bert", "nomic_bert").apply(tensors),
        "the folder has code of its own (modeling_hf_nomic_bert), which was recognised: "
            + (gated ? "it is read as NomicBertModel of transformers; " : "")
            + "check it against recorded answers with --expected");
  }

  /** As transformers' class has it, which knows no biases. */
  private static HfConfig gated(OwnCode own) {
    return own.require("qkv_proj_bias", false)
        .require("mlp_fc1_bias", false)
        .require("mlp_fc2_bias", false)
        .require("num_experts", 0)
        .require("moe_every_n_layers", 0)
        .config();
  }

  private static HfConfig mixed(OwnCode own) {
    if (own.config().integer("moe_every_n_layers", 0) <= 0) {
      own.without("moe_every_n_layers", "num_experts", "moe_top_k");
    }
    return own.with("model_type", NomicMoe.TYPE)
        .withClass("NomicBert", "NomicBertMoe")
        .withDefault("qkv_proj_bias", true)
        .withDefault("mlp_fc1_bias", true)
        .withDefault("mlp_fc2_bias", true)
        .require("expert_choice_router", false)
        .require("moe_normalize_expert_weights", false)
        .require("num_shared_experts", 0)
        .require("ffn_div", 1)
        .without("moe_impl", "moe_resid_pdrop", "router_aux_loss_coef")
        .config();
  }

  /** The name of the gate's activation, or of the layers' without a gate; whether there is one. */
  private static boolean activation(HfConfig config, OwnCode own) {
    Object name = config.value("activation_function");
    String gate =
        Map.of("swiglu", "silu", "geglu", "gelu", "glu", "sigmoid")
            .getOrDefault(String.valueOf(name), "");
    if (gate.isEmpty() && !"gelu".equals(name)) {
      throw new InvalidCheckpointException(
          "activation_function is \""
              + name
              + "\", where \"swiglu\", \"geglu\", \"glu\" and, without a gate, \"gelu\" are known",
          config.where() + ", activation_function",
          "use a model of this family with one of these");
    }
    own.without("activation_function").with("hidden_act", gate.isEmpty() ? "gelu" : gate);
    return !gate.isEmpty();
  }

  /** The table has more rows than the vocabulary has words. */
  private static void vocabulary(HfConfig config, OwnCode own) {
    int multiple = config.size("pad_vocab_size_multiple", 1);
    int words = config.size("vocab_size");
    own.with("vocab_size", (words + multiple - 1) / multiple * multiple);
  }

  /**
   * The base is the code's; where it grows with the text, it does as in transformers' "dynamic".
   */
  private static HfConfig positions(HfConfig config, HfConfig read) {
    double base = config.number("rotary_emb_base", 1000);
    int trained = config.size("max_trained_positions", 2048);
    HfConfig plain =
        read.without("rope_parameters").without("rope_scaling").with("rope_theta", base);
    return config.has("rotary_scaling_factor")
        ? plain
            .with("max_position_embeddings", trained)
            .with(
                "rope_scaling",
                Map.of("rope_type", "dynamic", "factor", config.number("rotary_scaling_factor")))
        : plain.with("max_position_embeddings", config.size("n_positions", 8192));
  }
}
