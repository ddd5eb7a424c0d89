package dev.litegraft.benchmarks.torch;

import dev.litegraft.benchmarks.onnx.Numbers;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.config.HfConfig;
import java.io.IOException;
import java.nio.file.Path;

/**
 * BERT and Llama as TorchScript, as their classes in transformers compute them: linear layers,
 * norms, {@code scaled_dot_product_attention}. Token ids in, int64 [1, t]; the tokens' vectors of
 * an encoder, or the logits of a classifier, out. Every token is attended.
 */
public final class TorchModels {
  private static final int POSITIONS = 2048;

  private final TorchScriptWriter out;
  private final Numbers numbers;
  private final HfConfig config;

  private TorchModels(TorchScriptWriter out, Numbers numbers, HfConfig config) {
    this.out = out;
    this.numbers = numbers;
    this.config = config;
  }

  /** Writes the file of a checkpoint, by its {@code model_type}. */
  public static void write(Path checkpoint, Path file, boolean int8) throws IOException {
    try (Checkpoint opened = Checkpoint.open(checkpoint);
        TorchScriptWriter out = TorchScriptWriter.of(file, int8)) {
      boolean bert = opened.config().text("model_type").equals("bert");
      Numbers numbers = new Numbers(opened.tensors(), bert ? "bert." : "model.");
      TorchModels model = new TorchModels(out, numbers, opened.config());
      out.finish(bert ? model.bert() : model.llama());
    }
  }

  private String bert() throws IOException {
    String at = "embeddings.";
    String words = out.let("torch.embedding(" + tensor(at + "word_embeddings.weight") + ", ids)");
    String places =
        out.let("torch.slice(" + tensor(at + "position_embeddings.weight") + ", 0, 0, n)");
    String type =
        out.let("torch.select(" + tensor(at + "token_type_embeddings.weight") + ", 0, 0)");
    String sum = out.let("torch.add(torch.add(" + words + ", " + type + "), " + places + ")");
    String x = layerNorm(sum, at + "LayerNorm");
    int layers = config.integer("num_hidden_layers");
    for (int i = 0; i < layers; i++) {
      x = bertLayer(x, "encoder.layer." + i + ".");
    }
    if (!numbers.has("classifier.weight")) {
      return x;
    }
    String first = out.let("torch.select(" + x + ", 1, 0)");
    String pooled = out.let("torch.tanh(" + linear(first, "pooler.dense") + ")");
    return linear(pooled, "classifier");
  }

  private String bertLayer(String x, String at) throws IOException {
    int heads = config.integer("num_attention_heads");
    int width = config.integer("hidden_size");
    String self = at + "attention.self.";
    String q = heads(linear(x, self + "query"), heads, width / heads);
    String k = heads(linear(x, self + "key"), heads, width / heads);
    String v = heads(linear(x, self + "value"), heads, width / heads);
    String attended = joined(attention(q, k, v, false), width);
    String projected = linear(attended, at + "attention.output.dense");
    String y =
        layerNorm(
            out.let("torch.add(" + projected + ", " + x + ")"), at + "attention.output.LayerNorm");
    String gelu = out.let("torch.gelu(" + linear(y, at + "intermediate.dense") + ")");
    String down = linear(gelu, at + "output.dense");
    return layerNorm(out.let("torch.add(" + down + ", " + y + ")"), at + "output.LayerNorm");
  }

  private String llama() throws IOException {
    int layers = config.integer("num_hidden_layers");
    int width = config.integer("head_dim");
    String[] tables = rotation(width, config.number("rope_theta"));
    String x = out.let("torch.embedding(" + tensor("embed_tokens.weight") + ", ids)");
    for (int i = 0; i < layers; i++) {
      String at = "layers." + i + ".";
      String normed = rmsNorm(x, at + "input_layernorm");
      String attended = llamaAttention(normed, at + "self_attn.", width, tables);
      String y = out.let("torch.add(" + x + ", " + attended + ")");
      String between = rmsNorm(y, at + "post_attention_layernorm");
      String gate = out.let("torch.silu(" + linear(between, at + "mlp.gate_proj") + ")");
      String up = linear(between, at + "mlp.up_proj");
      String gated = out.let("torch.mul(" + gate + ", " + up + ")");
      x = out.let("torch.add(" + y + ", " + linear(gated, at + "mlp.down_proj") + ")");
    }
    String scores = linear(rmsNorm(x, "norm"), "score");
    return out.let("torch.select(" + scores + ", 1, -1)");
  }

  private String llamaAttention(String x, String at, int width, String... tables)
      throws IOException {
    int heads = config.integer("num_attention_heads");
    int shared = config.integer("num_key_value_heads");
    String q = rotated(heads(linear(x, at + "q_proj"), heads, width), width, tables);
    String k = rotated(heads(linear(x, at + "k_proj"), shared, width), width, tables);
    String v = heads(linear(x, at + "v_proj"), shared, width);
    String attended =
        attention(q, repeated(k, heads, shared, width), repeated(v, heads, shared, width), true);
    return linear(joined(attended, heads * width), at + "o_proj");
  }

  /** Cosines and sines of the row's positions, [t, e]. */
  private String[] rotation(int width, double theta) throws IOException {
    float[][] values = new float[2][POSITIONS * width];
    for (int position = 0; position < POSITIONS; position++) {
      for (int i = 0; i < width; i++) {
        double angle = position * Math.pow(theta, -2.0 * (i % (width / 2)) / width);
        values[0][position * width + i] = (float) Math.cos(angle);
        values[1][position * width + i] = (float) Math.sin(angle);
      }
    }
    String[] tables = new String[2];
    for (int i = 0; i < 2; i++) {
      String all = out.tensor(new Numbers.Tensor(new int[] {POSITIONS, width}, values[i]));
      tables[i] = out.let("torch.slice(" + all + ", 0, 0, n)");
    }
    return tables;
  }

  private String rotated(String x, int width, String... tables) {
    int half = width / 2;
    String right = out.let("torch.neg(torch.slice(" + x + ", -1, " + half + ", " + width + "))");
    String left = out.let("torch.slice(" + x + ", -1, 0, " + half + ")");
    String turned = out.let("torch.cat([" + right + ", " + left + "], -1)");
    return out.let(
        "torch.add(torch.mul("
            + x
            + ", "
            + tables[0]
            + "), torch.mul("
            + turned
            + ", "
            + tables[1]
            + "))");
  }

  private String repeated(String x, int heads, int shared, int width) {
    String each =
        out.let(
            "torch.expand(torch.unsqueeze("
                + x
                + ", 2), [1, "
                + shared
                + ", "
                + heads / shared
                + ", n, "
                + width
                + "])");
    return out.let("torch.reshape(" + each + ", [1, " + heads + ", n, " + width + "])");
  }

  private String heads(String x, int heads, int width) {
    return out.let(
        "torch.transpose(torch.view(" + x + ", [1, n, " + heads + ", " + width + "]), 1, 2)");
  }

  private String joined(String x, int width) {
    return out.let("torch.reshape(torch.transpose(" + x + ", 1, 2), [1, n, " + width + "])");
  }

  private String attention(String q, String k, String v, boolean causal) {
    String inputs = q + ", " + k + ", " + v;
    return out.let(
        "torch.scaled_dot_product_attention("
            + inputs
            + ", None, 0., "
            + (causal ? "True" : "False")
            + ")");
  }

  private String layerNorm(String x, String at) throws IOException {
    int width = config.integer("hidden_size");
    String weights = tensor(at + ".weight") + ", " + tensor(at + ".bias");
    return out.let("torch.layer_norm(" + x + ", [" + width + "], " + weights + ", 1e-12, True)");
  }

  private String rmsNorm(String x, String at) throws IOException {
    String squares = "torch.mean(torch.pow(" + x + ", 2), [-1], True)";
    String scale =
        out.let("torch.rsqrt(torch.add(" + squares + ", " + config.number("rms_norm_eps") + "))");
    return out.let(
        "torch.mul(" + tensor(at + ".weight") + ", torch.mul(" + x + ", " + scale + "))");
  }

  private String linear(String x, String at) throws IOException {
    return numbers.has(at + ".bias")
        ? out.linear(x, numbers.of(at + ".weight"), numbers.of(at + ".bias"))
        : out.linear(x, numbers.of(at + ".weight"));
  }

  private String tensor(String name) throws IOException {
    return out.tensor(numbers.of(name));
  }
}
