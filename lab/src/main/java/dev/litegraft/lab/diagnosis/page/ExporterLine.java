package dev.litegraft.lab.diagnosis.page;

import dev.litegraft.lab.diagnosis.Explanation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to change in an exporting tool, where a setting is at fault. Read in the tools' public
 * sources and documentation, not run: litert-torch's {@code generative/layers/model_config.py},
 * Optimum's exporter, which builds transformers' own class from config.json, and onnx2tf's options.
 *
 * @param tool its name
 * @param line code or a setting to change
 * @param note what it means there
 */
record ExporterLine(String tool, String line, String note) {
  private static final String LITERT_TORCH = "litert-torch";
  private static final String OPTIMUM = "Optimum";
  private static final String ONNX2TF = "onnx2tf";

  /** Where a value has a field of its own; {@code %s} is the checkpoint's value. */
  private static final Map<String, String> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put("rope_theta", "AttentionConfig(rotary_base=%s)");
    FIELDS.put("rotary_emb_base", "AttentionConfig(rotary_base=%s)");
    FIELDS.put("global_rope_theta", "AttentionConfig(rotary_base=%s)  # of global layers");
    FIELDS.put("local_rope_theta", "AttentionConfig(rotary_base=%s)  # of local layers");
    FIELDS.put("rope_local_base_freq", "AttentionConfig(rotary_base=%s)  # of local layers");
    FIELDS.put("rope_scaling", "ModelConfig(build_rope=…)  # a function that scales: %s");
    FIELDS.put("partial_rotary_factor", "AttentionConfig(rotary_percentage=%s)");
    FIELDS.put("rotary_pct", "AttentionConfig(rotary_percentage=%s)");
    for (String epsilon :
        List.of("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_eps")) {
      FIELDS.put(epsilon, "NormalizationConfig(epsilon=%s)");
    }
    for (String act :
        List.of("hidden_act", "hidden_activation", "activation_function", "activation")) {
      FIELDS.put(act, "FeedForwardConfig(activation=ActivationConfig(ActivationType.…))  # %s");
    }
    for (String layers : List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers")) {
      FIELDS.put(layers, "ModelConfig(num_layers=%s)");
    }
    FIELDS.put("sliding_window", "AttentionConfig(sliding_window_size=%s)");
    FIELDS.put("local_attention", "AttentionConfig(sliding_window_size=%s)");
    FIELDS.put("attention_bias", "AttentionConfig(qkv_use_bias=…, output_proj_use_bias=…)  # %s");
    FIELDS.put("mlp_bias", "FeedForwardConfig(use_bias=…)  # %s");
    FIELDS.put(
        "bias_dropped", "AttentionConfig(qkv_use_bias=True), FeedForwardConfig(use_bias=True)");
    FIELDS.put("attn_logit_softcapping", "AttentionConfig(logit_softcap=%s)");
    FIELDS.put("final_logit_softcapping", "ModelConfig(final_logit_softcap=%s)");
    FIELDS.put(
        "qkv_row_order", "AttentionConfig(qkv_fused_interleaved=…, qkv_transpose_before_split=…)");
    FIELDS.put("norm_weight_offset", "NormalizationConfig(zero_centered=…)");
    FIELDS.put("qk_norm", "AttentionConfig(query_norm_config=…, key_norm_config=…)");
    FIELDS.put(
        "norm_missing",
        "TransformerBlockConfig(pre_attention_norm_config=…, post_attention_norm_config=…)");
    FIELDS.put("embedding_scale", "ModelConfig(embedding_scale=%s)");
    FIELDS.put("embedding_multiplier", "ModelConfig(embedding_scale=%s)");
    FIELDS.put("use_parallel_residual", "TransformerBlockConfig(parallel_residual=%s)");
    FIELDS.put("gate_up_swapped", "the names of gate and up in the TensorNames mapping");
    FIELDS.put("head_missing", "the name of the head in the TensorNames mapping");
  }

  /** The lines for one setting. */
  static List<ExporterLine> of(Explanation fault) {
    String setting = fault.setting();
    String own = fault.checkpoint();
    List<ExporterLine> lines = new ArrayList<>();
    String field = FIELDS.get(setting);
    lines.add(
        new ExporterLine(
            LITERT_TORCH,
            field == null
                ? "the forward function of the re-authored model"
                : field.replace("%s", own),
            field == null
                ? "no field of its configuration says it: " + fault.advice()
                : "in the model's configuration function; " + fault.advice()));
    boolean key = isKey(setting);
    lines.add(
        new ExporterLine(
            OPTIMUM,
            key ? "config.json: \"" + setting + "\": " + quoted(own) : "the class that is exported",
            key
                ? "Optimum builds the original class from config.json: compare the folder that was"
                    + " exported with this one"
                : "Optimum exports the original class: export it from this folder, with the task of"
                    + " its head, and do not wrap it"));
    lines.add(
        new ExporterLine(
            ONNX2TF,
            key
                ? "model.config." + setting + " = " + python(own) + "  # before torch.onnx.export"
                : "the ONNX graph",
            "onnx2tf takes such values from the ONNX graph as constants: export that again, then"
                + " convert it"
                + (setting.equals("qkv_row_order") || setting.equals("rotary_pairing")
                    ? "; where the ONNX file is right, give -kat or a parameter replacement file so"
                        + " that its reshapes keep the axes"
                    : "")));
    return List.copyOf(lines);
  }

  private static final List<String> WORDS =
      List.of(
          "gate_up_swapped",
          "qkv_row_order",
          "rotary_pairing",
          "norm_weight_offset",
          "norm_missing",
          "qk_norm",
          "attention_scale",
          "embedding_scale",
          "position_offset",
          "token_types",
          "relative_positions",
          "causal_mask",
          "attention_mask",
          "padding_side",
          "pooling",
          "normalize",
          "bias_dropped",
          "label_order",
          "head_activation",
          "head_missing");

  private static boolean isKey(String setting) {
    return !WORDS.contains(setting);
  }

  private static String quoted(String value) {
    boolean plain =
        value.matches("-?[0-9.eE+-]+|true|false|null")
            || value.startsWith("{")
            || value.startsWith("[");
    return plain ? value : "\"" + value + "\"";
  }

  private static String python(String value) {
    return switch (value) {
      case "true" -> "True";
      case "false" -> "False";
      case "null" -> "None";
      default -> quoted(value);
    };
  }
}
