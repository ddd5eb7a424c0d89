package dev.litegraft.benchmarks.minilm;

import dev.litegraft.benchmarks.onnx.OnnxModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The Hugging Face folder of all-MiniLM-L6-v2 from its ONNX file: biases, norms and tables keep
 * their names there; the matrices are transposed {@code onnx::MatMul_N}, and the bias that is added
 * to their product says whose they are.
 */
public final class RebuiltCheckpoint {
  private static final String PREFIX = "bert.";
  private static final String MATRIX = "onnx::MatMul";
  private static final int MATRICES = 36;

  /** What the file does not say, as the model's own {@code config.json} does. */
  private static final String CONFIG =
      """
      {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 384, "vocab_size": 30522,
       "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536,
       "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu",
       "layer_norm_eps": 1e-12, "pad_token_id": 0, "transformers_version": "4.8.2"}
      """;

  private static final String TOKENIZER_CONFIG =
      """
      {"tokenizer_class": "BertTokenizer", "do_lower_case": true, "model_max_length": 512}
      """;

  private RebuiltCheckpoint() {}

  /** The bytes of a resource of the jars. */
  public static byte[] resource(String name) throws IOException {
    try (InputStream in = RebuiltCheckpoint.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is in no jar of the class path");
      }
      return in.readAllBytes();
    }
  }

  /** Writes the folder. */
  public static void write(byte[] onnx, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.writeString(folder.resolve("tokenizer_config.json"), TOKENIZER_CONFIG);
    Files.write(folder.resolve("tokenizer.json"), resource("/all-minilm-l6-v2-tokenizer.json"));
    writeTensors(tensors(OnnxModel.of(onnx)), folder.resolve("model.safetensors"));
  }

  /** A BertModel's tensors by the names that a checkpoint has, without a prefix. */
  static Map<String, OnnxModel.Tensor> tensors(OnnxModel model) {
    Map<String, OnnxModel.Tensor> tensors = new TreeMap<>();
    model
        .tensors()
        .forEach(
            (name, tensor) -> {
              String own = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
              if (own.matches("(embeddings|encoder|pooler)\\..*\\.(weight|bias)")) {
                tensors.put(own, tensor);
              }
            });
    int matrices = 0;
    for (OnnxModel.Node node : model.nodes()) {
      if (node.operator().equals("MatMul") && node.inputs().get(1).startsWith(MATRIX)) {
        String bias = bias(model, node.outputs().get(0));
        String own = bias.startsWith(PREFIX) ? bias.substring(PREFIX.length()) : bias;
        tensors.put(
            own.replace(".bias", ".weight"),
            Objects.requireNonNull(model.tensors().get(node.inputs().get(1)), own).transposed());
        matrices++;
      }
    }
    if (matrices != MATRICES) {
      throw new IllegalArgumentException(matrices + " matrices, not " + MATRICES);
    }
    return tensors;
  }

  /** The tensor that is added to a product. */
  private static String bias(OnnxModel model, String product) {
    return model.nodes().stream()
        .filter(node -> node.operator().equals("Add") && node.inputs().contains(product))
        .flatMap(node -> node.inputs().stream())
        .filter(model.tensors()::containsKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no bias is added to " + product));
  }

  private static void writeTensors(Map<String, OnnxModel.Tensor> tensors, Path file)
      throws IOException {
    StringBuilder json = new StringBuilder();
    long offset = 0;
    for (Map.Entry<String, OnnxModel.Tensor> entry : tensors.entrySet()) {
      long end = offset + entry.getValue().bytes().capacity();
      json.append(json.length() == 0 ? "{" : ",").append('"').append(entry.getKey());
      json.append("\":{\"dtype\":\"F32\",\"shape\":").append(entry.getValue().shape());
      json.append(",\"data_offsets\":[").append(offset).append(',').append(end).append("]}");
      offset = end;
    }
    json.append('}').append(" ".repeat(Math.floorMod(-json.length(), Long.BYTES)));
    byte[] header = json.toString().getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(header.length).array());
      out.write(header);
      for (OnnxModel.Tensor tensor : tensors.values()) {
        byte[] numbers = new byte[tensor.bytes().capacity()];
        tensor.bytes().get(0, numbers);
        out.write(numbers);
      }
    }
  }
}
