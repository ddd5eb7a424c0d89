package dev.litegraft.benchmarks.onnx;

import dev.litegraft.benchmarks.onnx.OnnxWriter.Attribute;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.config.HfConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A Llama that classifies as an ONNX file, in the operators that ONNX Runtime's own tools make of
 * one: norms with the sum before them, and attention with the rotation of its queries and keys, of
 * one matrix for the three, are an operator each. As f32, or with int8 weights and activations that
 * are rounded while it runs.
 *
 * <p>Source: the operators of ONNX Runtime's domain {@code com.microsoft}, version 1, and {@code
 * models/llama} of its transformers tools.
 */
public final class FusedLlama {
  /** Positions that are rotated. */
  private static final int POSITIONS = 2048;

  private final Numbers numbers;
  private final Sizes sizes;
  private final OnnxWriter out;
  private final Matrices matrices;

  private record Sizes(int layers, int heads, int keyValueHeads, int headWidth, float epsilon) {}

  private FusedLlama(Numbers numbers, Sizes sizes, OnnxWriter out, boolean int8) {
    this.numbers = numbers;
    this.sizes = sizes;
    this.out = out;
    this.matrices = new Matrices(out, int8);
  }

  /**
   * Writes the file: {@code input_ids} and {@code attention_mask} in, int32 [1, t], and {@code
   * logits} [1, labels] of the last token out.
   *
   * @param checkpoint of a LlamaForSequenceClassification
   */
  public static void write(Path checkpoint, Path file, boolean int8) throws IOException {
    try (Checkpoint opened = Checkpoint.open(checkpoint);
        OnnxWriter out = OnnxWriter.of(file)) {
      HfConfig config = opened.config();
      Sizes sizes =
          new Sizes(
              config.integer("num_hidden_layers"),
              config.integer("num_attention_heads"),
              config.integer("num_key_value_heads"),
              config.integer("head_dim"),
              (float) config.number("rms_norm_eps"));
      FusedLlama llama = new FusedLlama(new Numbers(opened.tensors(), "model."), sizes, out, int8);
      llama.write(config.number("rope_theta"));
    }
  }

  private void write(double theta) throws IOException {
    out.input("input_ids", OnnxWriter.Type.INT32, "one", "tokens");
    out.input("attention_mask", OnnxWriter.Type.INT32, "one", "tokens");
    out.output("logits", OnnxWriter.Type.FLOAT, "one", "labels");
    lengths();
    rotation(theta);
    String x =
        out.node(
            OnnxWriter.ONNX,
            "Gather",
            List.of(plain("embed_tokens.weight"), "input_ids"),
            "embedded");
    String normed =
        out.node(
            OnnxWriter.ONNX,
            "SimplifiedLayerNormalization",
            List.of(x, plain("layers.0.input_layernorm.weight")),
            "layers.0.input_layernorm",
            Attribute.of("epsilon", sizes.epsilon()),
            Attribute.of("axis", -1),
            Attribute.of("stash_type", 1));
    for (int i = 0; i < sizes.layers(); i++) {
      String at = "layers." + i + ".";
      String attended = attention(normed, at + "self_attn");
      Normed between = norm(x, attended, at + "post_attention_layernorm");
      String added = feedForward(between.normed(), at + "mlp.");
      boolean last = i == sizes.layers() - 1;
      Normed after =
          norm(between.sum(), added, last ? "norm" : "layers." + (i + 1) + ".input_layernorm");
      x = after.sum();
      normed = after.normed();
    }
    String scores =
        matrices.product(
            normed, "score", numbers.of("score.weight").transposed()); // [1, t, labels]
    out.node(
        OnnxWriter.ONNX,
        "GatherND",
        List.of(scores, "last_index"),
        "logits",
        Attribute.of("batch_dims", 1));
  }

  /** What attention asks of the mask: the index of the last token, and how many there are. */
  private void lengths() throws IOException {
    String one = out.longs("one", 1);
    String wide =
        out.node(
            OnnxWriter.ONNX,
            "Cast",
            List.of("attention_mask"),
            "mask",
            Attribute.of("to", OnnxWriter.Type.INT64.code()));
    String sum = out.node(OnnxWriter.ONNX, "ReduceSum", List.of(wide, one), "tokens"); // [1, 1]
    out.node(OnnxWriter.ONNX, "Sub", List.of(sum, one), "last_index");
    out.node(
        OnnxWriter.ONNX,
        "Cast",
        List.of(out.node(OnnxWriter.ONNX, "Squeeze", List.of("last_index", one), "last_indices")),
        "seqlens_k",
        Attribute.of("to", OnnxWriter.Type.INT32.code()));
    String shape = out.node(OnnxWriter.ONNX, "Shape", List.of("attention_mask"), "mask_shape");
    String count = out.node(OnnxWriter.ONNX, "Gather", List.of(shape, one), "row_length");
    out.node(
        OnnxWriter.ONNX,
        "Cast",
        List.of(count),
        "total_sequence_length",
        Attribute.of("to", OnnxWriter.Type.INT32.code()));
  }

  private void rotation(double theta) throws IOException {
    int half = sizes.headWidth() / 2;
    float[] cos = new float[POSITIONS * half];
    float[] sin = new float[POSITIONS * half];
    for (int position = 0; position < POSITIONS; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * Math.pow(theta, -2.0 * i / sizes.headWidth());
        cos[position * half + i] = (float) Math.cos(angle);
        sin[position * half + i] = (float) Math.sin(angle);
      }
    }
    int[] shape = {POSITIONS, half};
    out.floats("cos_cache", shape, cos);
    out.floats("sin_cache", shape, sin);
  }

  private String attention(String x, String at) throws IOException {
    Numbers.Tensor joined =
        numbers
            .joined(at + ".q_proj.weight", at + ".k_proj.weight", at + ".v_proj.weight")
            .transposed();
    String packed = matrices.product(x, at + ".qkv_proj", joined);
    String attended =
        out.node(
            OnnxWriter.MICROSOFT,
            "GroupQueryAttention",
            List.of(
                packed,
                "",
                "",
                "",
                "",
                "seqlens_k",
                "total_sequence_length",
                "cos_cache",
                "sin_cache"),
            List.of(at + ".attended", at + ".present_key", at + ".present_value"),
            Attribute.of("num_heads", sizes.heads()),
            Attribute.of("kv_num_heads", sizes.keyValueHeads()),
            Attribute.of("do_rotary", 1),
            Attribute.of("rotary_interleaved", 0));
    return product(attended, at + ".o_proj");
  }

  private String feedForward(String x, String at) throws IOException {
    String gate = product(x, at + "gate_proj");
    String sigmoid = out.node(OnnxWriter.ONNX, "Sigmoid", List.of(gate), at + "sigmoid");
    String silu = out.node(OnnxWriter.ONNX, "Mul", List.of(gate, sigmoid), at + "silu");
    String up = product(x, at + "up_proj");
    String gated = out.node(OnnxWriter.ONNX, "Mul", List.of(silu, up), at + "gated");
    return product(gated, at + "down_proj");
  }

  /** A sum and its norm. */
  private record Normed(String normed, String sum) {}

  private Normed norm(String x, String added, String name) throws IOException {
    out.node(
        OnnxWriter.MICROSOFT,
        "SkipSimplifiedLayerNormalization",
        List.of(x, added, plain(name + ".weight")),
        List.of(name, "", "", name + ".sum"),
        Attribute.of("epsilon", sizes.epsilon()));
    return new Normed(name, name + ".sum");
  }

  private String product(String x, String at) throws IOException {
    return matrices.product(x, at, numbers.of(at + ".weight").transposed());
  }

  private String plain(String name) throws IOException {
    Numbers.Tensor tensor = numbers.of(name);
    return out.floats(name, tensor.shape(), tensor.numbers());
  }
}
