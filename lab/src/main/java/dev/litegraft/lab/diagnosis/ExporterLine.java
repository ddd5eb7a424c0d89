package dev.litegraft.lab.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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

  /** A setting, by what families' keys for it have in common, and its field in litert-torch. */
  private enum Field {
    LAYERS("num_.*layers|n_?layers?", "ModelConfig(num_layers=%s)"),
    ROTARY_BASE("theta|emb_base|base_freq", "AttentionConfig(rotary_base=%s)"),
    ROTARY_SCALING("rope_scaling", "ModelConfig(build_rope=…)  # a function that scales: %s"),
    ROTARY_PART("rotary_(factor|pct)", "AttentionConfig(rotary_percentage=%s)"),
    EPSILON("_eps(ilon)?$", "NormalizationConfig(epsilon=%s)"),
    HEAD("head_", "the head that is added to the re-authored model"),
    ACTIVATION(
        "_act(ivation)?$|^activation",
        "FeedForwardConfig(activation=ActivationConfig(ActivationType.…))  # %s"),
    WINDOW("window|^local_att", "AttentionConfig(sliding_window_size=%s)"),
    BIAS(
        "bias",
        "AttentionConfig(qkv_use_bias=…, output_proj_use_bias=…), FeedForwardConfig(use_bias=…)"),
    CAP("attn_.*softcap", "AttentionConfig(logit_softcap=%s)"),
    FINAL_CAP("softcap", "ModelConfig(final_logit_softcap=%s)"),
    ROWS("qkv_row_order", "AttentionConfig(qkv_fused_interleaved=…, qkv_transpose_before_split=…)"),
    OFFSET("norm_weight_offset", "NormalizationConfig(zero_centered=…)"),
    NORM_KIND("norm_kind", "NormalizationConfig(type=NormalizationType.…)  # %s"),
    HEAD_NORMS("qk_norm", "AttentionConfig(query_norm_config=…, key_norm_config=…)"),
    NORMS(
        "norm_missing",
        "TransformerBlockConfig(pre_attention_norm_config=…, post_attention_norm_config=…)"),
    EMBEDDING("^embedding_(scale|mult)", "ModelConfig(embedding_scale=%s)"),
    PARALLEL("parallel", "TransformerBlockConfig(parallel_residual=%s)"),
    GATE("gate_up", "the names of gate and up in the model's TensorNames");

    private final Pattern keys;
    private final String line;

    Field(String keys, String line) {
      this.keys = Pattern.compile(keys);
      this.line = line;
    }

    static Optional<Field> of(String setting) {
      return Arrays.stream(values()).filter(f -> f.keys.matcher(setting).find()).findFirst();
    }
  }

  /** The lines for one setting. */
  static List<ExporterLine> of(Explanation fault) {
    String setting = fault.setting();
    String own = fault.checkpoint();
    Optional<Field> field = Field.of(setting);
    String torch =
        field
            .map(f -> f.line.replace("%s", own))
            .orElse("the forward function of the re-authored model");
    String said =
        field.isPresent()
            ? "in the model's configuration function; "
            : "no field of its configuration says it: ";
    List<ExporterLine> lines = new ArrayList<>();
    lines.add(new ExporterLine(LITERT_TORCH, torch, said + fault.advice()));
    boolean key = !WORDS.contains(setting);
    lines.add(
        new ExporterLine(
            OPTIMUM,
            key ? "config.json: \"" + setting + "\": " + quoted(own) : "the class that is exported",
            key
                ? "Optimum builds the original class from config.json: compare the folder that was"
                    + " exported with this one"
                : "Optimum exports the original class: export it from this folder, with the task of"
                    + " its head, and do not wrap it"));
    String kept =
        setting.equals("qkv_row_order") || setting.equals("rotary_pairing")
            ? "; where the ONNX file is right, give -kat or a parameter replacement file so that its"
                + " reshapes keep the axes"
            : "";
    lines.add(
        new ExporterLine(
            ONNX2TF,
            key
                ? "model.config." + setting + " = " + python(own) + "  # before torch.onnx.export"
                : "the ONNX graph",
            "onnx2tf takes such values from the ONNX graph as constants: export that again, then"
                + " convert it"
                + kept));
    return List.copyOf(lines);
  }

  private static final List<String> WORDS =
      List.of(
          "gate_up_swapped",
          "qkv_row_order",
          "rotary_pairing",
          "norm_weight_offset",
          "norm_kind",
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
