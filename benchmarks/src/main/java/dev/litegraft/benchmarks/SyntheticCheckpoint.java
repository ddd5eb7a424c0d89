package dev.litegraft.benchmarks;

import dev.litegraft.tensor.BFloat16;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a checkpoint of SmolLM2-135M's shape with random weights: {@code config.json} and {@code
 * model.safetensors}, in Hugging Face's layout. The same type gives the same bytes everywhere.
 *
 * <p>It is for size and time; its answers mean nothing. Weights are uniform with the variance 1/in,
 * so that activations stay as large as those of a trained model.
 *
 * @param type how the weights are stored
 */
record SyntheticCheckpoint(Type type) {
  /** How weights are stored. */
  enum Type {
    BF16(2, "bfloat16"),
    F32(4, "float32");

    private final int bytes;
    private final String torchName;

    Type(int bytes, String torchName) {
      this.bytes = bytes;
      this.torchName = torchName;
    }
  }

  static final int VOCABULARY = 49_152;

  private static final int WIDTH = 576;
  private static final int LAYERS = 30;
  private static final int HEADS = 9;
  private static final int KEY_VALUE_HEADS = 3;
  private static final int HEAD_WIDTH = 64;
  private static final int FEED_FORWARD = 1536;
  private static final int LABELS = 2;
  private static final int CHUNK_BYTES = 1 << 20;

  /**
   * The checkpoint's folder below {@code parent}; it is written where it is not there.
   *
   * @throws IOException if it cannot be written
   */
  Path in(Path parent) throws IOException {
    Path folder = parent.resolve("smollm2-135m-" + type.torchName);
    Path weights = weights(folder);
    if (!Files.exists(weights)) {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), config());
      Path unfinished = folder.resolve("model.safetensors.part");
      write(unfinished);
      Files.move(unfinished, weights, StandardCopyOption.REPLACE_EXISTING);
    }
    return folder;
  }

  /** The file of a checkpoint's weights. */
  static Path weights(Path folder) {
    return folder.resolve("model.safetensors");
  }

  private String config() {
    return """
        {
          "architectures": ["LlamaForSequenceClassification"],
          "model_type": "llama",
          "vocab_size": %d,
          "hidden_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "num_key_value_heads": %d,
          "head_dim": %d,
          "intermediate_size": %d,
          "hidden_act": "silu",
          "rms_norm_eps": 1e-05,
          "rope_theta": 100000,
          "attention_bias": false,
          "mlp_bias": false,
          "max_position_embeddings": 8192,
          "pad_token_id": 2,
          "id2label": {"0": "negative", "1": "positive"},
          "torch_dtype": "%s"
        }
        """
        .formatted(
            VOCABULARY,
            WIDTH,
            LAYERS,
            HEADS,
            KEY_VALUE_HEADS,
            HEAD_WIDTH,
            FEED_FORWARD,
            type.torchName);
  }

  /** Every tensor's shape by its name, in the file's order. */
  private static Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new int[] {VOCABULARY, WIDTH});
    for (int i = 0; i < LAYERS; i++) {
      String at = "model.layers." + i + ".";
      shapes.put(at + "input_layernorm.weight", new int[] {WIDTH});
      shapes.put(at + "self_attn.q_proj.weight", new int[] {HEADS * HEAD_WIDTH, WIDTH});
      shapes.put(at + "self_attn.k_proj.weight", new int[] {KEY_VALUE_HEADS * HEAD_WIDTH, WIDTH});
      shapes.put(at + "self_attn.v_proj.weight", new int[] {KEY_VALUE_HEADS * HEAD_WIDTH, WIDTH});
      shapes.put(at + "self_attn.o_proj.weight", new int[] {WIDTH, HEADS * HEAD_WIDTH});
      shapes.put(at + "post_attention_layernorm.weight", new int[] {WIDTH});
      shapes.put(at + "mlp.gate_proj.weight", new int[] {FEED_FORWARD, WIDTH});
      shapes.put(at + "mlp.up_proj.weight", new int[] {FEED_FORWARD, WIDTH});
      shapes.put(at + "mlp.down_proj.weight", new int[] {WIDTH, FEED_FORWARD});
    }
    shapes.put("model.norm.weight", new int[] {WIDTH});
    shapes.put("score.weight", new int[] {LABELS, WIDTH});
    return shapes;
  }

  private void write(Path file) throws IOException {
    byte[] header = header();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      writeAll(channel, length.putLong(header.length).flip());
      writeAll(channel, ByteBuffer.wrap(header));
      long seed = 0;
      for (int[] shape : shapes().values()) {
        writeTensor(channel, shape, seed++);
      }
    }
  }

  /** Padded with spaces, so that the data is aligned. */
  private byte[] header() {
    StringBuilder json = new StringBuilder("{");
    long offset = 0;
    for (Map.Entry<String, int[]> tensor : shapes().entrySet()) {
      int[] shape = tensor.getValue();
      long end = offset + elements(shape) * type.bytes;
      json.append(json.length() == 1 ? "" : ",").append('"').append(tensor.getKey());
      json.append("\":{\"dtype\":\"").append(type.name()).append("\",\"shape\":[");
      json.append(shape.length == 1 ? "" + shape[0] : shape[0] + "," + shape[1]);
      json.append("],\"data_offsets\":[").append(offset).append(',').append(end).append("]}");
      offset = end;
    }
    json.append('}');
    json.append(" ".repeat(Math.floorMod(-json.length(), Long.BYTES)));
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void writeTensor(FileChannel channel, int[] shape, long seed) throws IOException {
    boolean norm = shape.length == 1;
    double middle = norm ? 1 : 0;
    double reach = norm ? 0.1 : Math.sqrt(3.0 / shape[1]);
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long count = elements(shape);
    for (long i = 0; i < count; i++) {
      float number = (float) (middle + reach * uniform(seed << 32 | i));
      if (type == Type.BF16) {
        chunk.putShort(BFloat16.of(number));
      } else {
        chunk.putFloat(number);
      }
      if (!chunk.hasRemaining() || i == count - 1) {
        writeAll(channel, chunk.flip());
        chunk.clear();
      }
    }
  }

  private static long elements(int[] shape) {
    return shape.length == 1 ? shape[0] : (long) shape[0] * shape[1];
  }

  /** −1 to 1 from a counter. Source: Steele et al., SplitMix64. */
  private static double uniform(long counter) {
    long z = (counter + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >> 11) * 0x1.0p-52;
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
