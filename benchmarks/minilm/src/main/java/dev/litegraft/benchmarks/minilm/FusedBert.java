package dev.litegraft.benchmarks.minilm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * BERT as an ONNX file, in the operators that ONNX Runtime's own optimizer makes of one: embeddings
 * with their norm, attention, norms with the sum before them, and GELU with its bias are an
 * operator each. As f32, or with int8 weights and activations that are rounded while it runs, as
 * its dynamic quantization has it: one scale a matrix, no zero point.
 *
 * <p>Source: {@code onnx.proto}, and the list of operators of ONNX Runtime's domain {@code
 * com.microsoft}, version 1.
 */
final class FusedBert {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;
  private static final int INT8 = 3;
  private static final int INT32 = 6;
  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;

  private final Map<String, OnnxModel.Tensor> tensors;
  private final int layers;
  private final int heads;
  private final boolean int8;
  private final ProtobufWriter graph = new ProtobufWriter();
  private final ProtobufWriter initializers = new ProtobufWriter();

  private FusedBert(Map<String, OnnxModel.Tensor> tensors, int layers, int heads, boolean int8) {
    this.tensors = tensors;
    this.layers = layers;
    this.heads = heads;
    this.int8 = int8;
  }

  /**
   * Writes the file: {@code input_ids}, {@code attention_mask} and {@code token_type_ids} in, int32
   * [1, t], and {@code last_hidden_state} [1, t, d] out.
   *
   * @param tensors of a BertModel, f32, by the names that a checkpoint has, without a prefix
   */
  static byte[] of(Map<String, OnnxModel.Tensor> tensors, int layers, int heads, boolean int8) {
    return new FusedBert(tensors, layers, heads, int8).file();
  }

  private byte[] file() {
    for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
      graph.message(11, value(input, INT32, List.of("one", "tokens")));
    }
    String x = embeddings();
    for (int i = 0; i < layers; i++) {
      x = layer(x, "encoder.layer." + i + ".");
    }
    node("Identity", List.of(x), List.of("last_hidden_state"), "");
    graph.message(12, value("last_hidden_state", FLOAT, List.of("one", "tokens", "width")));
    graph.text(2, "bert");
    ProtobufWriter whole = new ProtobufWriter();
    whole.whole(1, IR_VERSION).text(2, "litegraft-benchmarks");
    // A message that comes in parts is one: nodes and tensors are both of the graph.
    whole.message(7, graph).message(7, initializers);
    whole.message(8, new ProtobufWriter().text(1, "").whole(2, OPSET));
    whole.message(8, new ProtobufWriter().text(1, "com.microsoft").whole(2, 1));
    return whole.toBytes();
  }

  private String embeddings() {
    String at = "embeddings.";
    node(
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
        "com.microsoft",
        epsilon());
    return "embedded";
  }

  private String layer(String x, String at) {
    String attended = attention(x, at + "attention.self.");
    String out = product(attended, at + "attention.output.dense");
    String y = norm(out, x, at + "attention.output.");
    String wide = product(y, at + "intermediate.dense");
    String gelu = at + "gelu";
    node(
        "BiasGelu",
        List.of(wide, plain(at + "intermediate.dense.bias")),
        List.of(gelu),
        "com.microsoft");
    return norm(product(gelu, at + "output.dense"), y, at + "output.");
  }

  private String attention(String x, String at) {
    OnnxModel.Tensor weights =
        joined(at + "query.weight", at + "key.weight", at + "value.weight").transposed();
    OnnxModel.Tensor bias = joined(at + "query.bias", at + "key.bias", at + "value.bias");
    String out = at + "out";
    ProtobufWriter count = attribute("num_heads", ATTRIBUTE_INT).whole(3, heads);
    String matrix = matrix(at + "matrix", weights);
    String biases = tensor(at + "bias", FLOAT, bias.shape(), bytes(bias));
    if (!int8) {
      List<String> inputs = List.of(x, matrix, biases, "lengths");
      node("Attention", inputs, List.of(out), "com.microsoft", count);
      return out;
    }
    List<String> rounded = List.of(at + "rounded", at + "scale", at + "zero");
    node("DynamicQuantizeLinear", List.of(x), rounded, "");
    List<String> inputs =
        List.of(
            rounded.get(0),
            matrix,
            biases,
            rounded.get(1),
            matrix + ".scale",
            "lengths",
            rounded.get(2),
            matrix + ".zero");
    node("QAttention", inputs, List.of(out), "com.microsoft", count);
    return out;
  }

  private String product(String x, String at) {
    String matrix = matrix(at + ".matrix", find(at + ".weight").transposed());
    String out = at + ".out";
    if (int8) {
      List<String> inputs = List.of(x, matrix, matrix + ".scale", matrix + ".zero");
      node("DynamicQuantizeMatMul", inputs, List.of(out), "com.microsoft");
    } else {
      node("MatMul", List.of(x, matrix), List.of(out), "");
    }
    return out;
  }

  private String norm(String x, String skipped, String at) {
    String out = at + "normed";
    node(
        "SkipLayerNormalization",
        List.of(
            x,
            skipped,
            plain(at + "LayerNorm.weight"),
            plain(at + "LayerNorm.bias"),
            plain(at + "dense.bias")),
        List.of(out),
        "com.microsoft",
        epsilon());
    return out;
  }

  private OnnxModel.Tensor find(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  /** One below the other. */
  private OnnxModel.Tensor joined(String... names) {
    int rows = 0;
    int bytes = 0;
    for (String name : names) {
      rows += find(name).shape().get(0);
      bytes += find(name).bytes().remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : names) {
      all.put(find(name).bytes().duplicate());
    }
    List<Integer> first = find(names[0]).shape();
    List<Integer> shape = first.size() == 1 ? List.of(rows) : List.of(rows, first.get(1));
    return new OnnxModel.Tensor(shape, all.flip().order(ByteOrder.LITTLE_ENDIAN));
  }

  private static byte[] bytes(OnnxModel.Tensor tensor) {
    byte[] bytes = new byte[tensor.bytes().remaining()];
    tensor.bytes().duplicate().get(bytes);
    return bytes;
  }

  private String plain(String name) {
    OnnxModel.Tensor tensor = find(name);
    return tensor(name, FLOAT, tensor.shape(), bytes(tensor));
  }

  private String matrix(String name, OnnxModel.Tensor matrix) {
    if (!int8) {
      return tensor(name, FLOAT, matrix.shape(), bytes(matrix));
    }
    ByteBuffer numbers = matrix.bytes().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[numbers.remaining() / Float.BYTES];
    numbers.asFloatBuffer().get(floats);
    float most = 0;
    for (float number : floats) {
      most = Math.max(most, Math.abs(number));
    }
    float scale = most / Byte.MAX_VALUE;
    byte[] rounded = new byte[floats.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (byte) Math.rint(floats[i] / scale);
    }
    byte[] four =
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(scale).array();
    tensor(name + ".scale", FLOAT, List.of(), four);
    tensor(name + ".zero", INT8, List.of(), new byte[1]);
    return tensor(name, INT8, matrix.shape(), rounded);
  }

  private String tensor(String name, int type, List<Integer> shape, byte[] raw) {
    ProtobufWriter tensor = new ProtobufWriter();
    shape.forEach(size -> tensor.whole(1, size));
    initializers.message(5, tensor.whole(2, type).text(8, name).bytes(9, raw));
    return name;
  }

  private static ProtobufWriter attribute(String name, int type) {
    return new ProtobufWriter().text(1, name).whole(20, type);
  }

  private static ProtobufWriter epsilon() {
    return attribute("epsilon", ATTRIBUTE_FLOAT).number(2, 1e-12f);
  }

  private void node(
      String operator,
      List<String> inputs,
      List<String> outputs,
      String domain,
      ProtobufWriter... attributes) {
    ProtobufWriter node = new ProtobufWriter();
    inputs.forEach(input -> node.text(1, input));
    outputs.forEach(output -> node.text(2, output));
    node.text(3, outputs.get(0)).text(4, operator).text(7, domain);
    for (ProtobufWriter attribute : attributes) {
      node.message(5, attribute);
    }
    graph.message(1, node);
  }

  private static ProtobufWriter value(String name, int type, List<String> dimensions) {
    ProtobufWriter shape = new ProtobufWriter();
    dimensions.forEach(dimension -> shape.message(1, new ProtobufWriter().text(2, dimension)));
    ProtobufWriter tensor = new ProtobufWriter().whole(1, type).message(2, shape);
    return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
  }
}
