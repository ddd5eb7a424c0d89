package dev.litegraft.benchmarks.onnx;

import dev.litegraft.benchmarks.onnx.OnnxWriter.Attribute;
import dev.litegraft.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * BERT as an ONNX file, in the operators that ONNX Runtime's own optimizer makes of one: embeddings
 * with their norm, attention, norms with the sum before them, and GELU with its bias are an
 * operator each. As f32, or with int8 weights and activations that are rounded while it runs. An
 * encoder ends with its tokens' vectors, a classifier with its logits.
 *
 * <p>Source: the operators of ONNX Runtime's domain {@code com.microsoft}, version 1.
 */
public final class FusedBert {
  private static final float EPSILON = 1e-12f;

  private final Numbers numbers;
  private final int layers;
  private final int heads;
  private final OnnxWriter out;
  private final Matrices matrices;

  private FusedBert(Numbers numbers, int layers, int heads, OnnxWriter out, boolean int8) {
    this.numbers = numbers;
    this.layers = layers;
    this.heads = heads;
    this.out = out;
    this.matrices = new Matrices(out, int8);
  }

  /**
   * Writes the file: {@code input_ids}, {@code attention_mask} and {@code token_type_ids} in, int32
   * [1, t], and {@code last_hidden_state} [1, t, d], or {@code logits} [1, labels], out.
   *
   * @param checkpoint of a BertModel or BertForSequenceClassification
   */
  public static void write(Path checkpoint, Path file, boolean int8) throws IOException {
    try (Checkpoint opened = Checkpoint.open(checkpoint);
        OnnxWriter out = OnnxWriter.of(file)) {
      Numbers numbers = new Numbers(opened.tensors(), "bert.");
      new FusedBert(
              numbers,
              opened.config().integer("num_hidden_layers"),
              opened.config().integer("num_attention_heads"),
              out,
              int8)
          .write();
    }
  }

  private void write() throws IOException {
    for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
      out.input(input, OnnxWriter.Type.INT32, "one", "tokens");
    }
    String x = embeddings();
    for (int i = 0; i < layers; i++) {
      x = layer(x, "encoder.layer." + i + ".");
    }
    if (numbers.has("classifier.weight")) {
      out.node(OnnxWriter.ONNX, "Identity", List.of(classified(x)), "logits");
      out.output("logits", OnnxWriter.Type.FLOAT, "one", "labels");
    } else {
      out.node(OnnxWriter.ONNX, "Identity", List.of(x), "last_hidden_state");
      out.output("last_hidden_state", OnnxWriter.Type.FLOAT, "one", "tokens", "width");
    }
  }

  private String embeddings() throws IOException {
    String at = "embeddings.";
    return out.node(
        OnnxWriter.MICROSOFT,
        "EmbedLayerNormalization",
        List.of(
            "input_ids",
            "token_type_ids",
            plain(at + "word_embeddings.weight"),
            plain(at + "position_embeddings.weight"),
            plain(at + "token_type_embeddings.weight"),
            plain(at + "LayerNorm.weight"),
            plain(at + "LayerNorm.bias"),
            "attention_mask"),
        List.of("embedded", "lengths"),
        Attribute.of("epsilon", EPSILON));
  }

  private String layer(String x, String at) throws IOException {
    String attended = attention(x, at + "attention.self.");
    String y = norm(product(attended, at + "attention.output.dense"), x, at + "attention.output.");
    String gelu =
        out.node(
            OnnxWriter.MICROSOFT,
            "BiasGelu",
            List.of(product(y, at + "intermediate.dense"), plain(at + "intermediate.dense.bias")),
            at + "gelu");
    return norm(product(gelu, at + "output.dense"), y, at + "output.");
  }

  private String attention(String x, String at) throws IOException {
    Numbers.Tensor weights =
        numbers.joined(at + "query.weight", at + "key.weight", at + "value.weight").transposed();
    Numbers.Tensor bias = numbers.joined(at + "query.bias", at + "key.bias", at + "value.bias");
    Attribute count = Attribute.of("num_heads", heads);
    String matrix = matrices.constant(at + "matrix", weights);
    String biases = out.floats(at + "bias", bias.shape(), bias.numbers());
    if (!matrices.int8()) {
      List<String> inputs = List.of(x, matrix, biases, "lengths");
      return out.node(OnnxWriter.MICROSOFT, "Attention", inputs, at + "out", count);
    }
    Matrices.Rounded rounded = matrices.rounded(x);
    List<String> inputs =
        List.of(
            rounded.numbers(),
            matrix,
            biases,
            rounded.scale(),
            matrix + ".scale",
            "lengths",
            rounded.zero(),
            matrix + ".zero");
    return out.node(OnnxWriter.MICROSOFT, "QAttention", inputs, at + "out", count);
  }

  private String product(String x, String at) throws IOException {
    return matrices.product(x, at, numbers.of(at + ".weight").transposed());
  }

  private String norm(String x, String skipped, String at) throws IOException {
    return out.node(
        OnnxWriter.MICROSOFT,
        "SkipLayerNormalization",
        List.of(
            x,
            skipped,
            plain(at + "LayerNorm.weight"),
            plain(at + "LayerNorm.bias"),
            plain(at + "dense.bias")),
        at + "normed",
        Attribute.of("epsilon", EPSILON));
  }

  /** The logits of the first token's vector. */
  private String classified(String x) throws IOException {
    String first =
        out.node(
            OnnxWriter.ONNX,
            "Gather",
            List.of(x, out.longs("first.index", 0)),
            "first.kept",
            Attribute.of("axis", 1));
    String flat =
        out.node(OnnxWriter.ONNX, "Squeeze", List.of(first, out.longs("first.axis", 1)), "first");
    String pooled =
        out.node(OnnxWriter.ONNX, "Tanh", List.of(biased(flat, "pooler.dense")), "pooled");
    return biased(pooled, "classifier");
  }

  private String biased(String x, String at) throws IOException {
    return out.node(
        OnnxWriter.ONNX, "Add", List.of(product(x, at), plain(at + ".bias")), at + ".sum");
  }

  private String plain(String name) throws IOException {
    Numbers.Tensor tensor = numbers.of(name);
    return out.floats(name, tensor.shape(), tensor.numbers());
  }
}
