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
import java.util.Map;

/**
 * Writes a checkpoint of a model's shape with random weights: {@code config.json} and {@code
 * model.safetensors}, in Hugging Face's layout. The same model and type give the same bytes
 * everywhere.
 *
 * <p>It is for size and time; its answers mean nothing. Weights are uniform with the variance 1/in,
 * so that activations stay as large as those of a trained model.
 *
 * @param model its names and shapes
 * @param type how the weights are stored
 */
record SyntheticCheckpoint(SyntheticModel model, Type type) {
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

  private static final int CHUNK_BYTES = 1 << 20;

  /**
   * The checkpoint's folder below {@code parent}; it is written where it is not there.
   *
   * @throws IOException if it cannot be written
   */
  Path in(Path parent) throws IOException {
    Path folder = parent.resolve(model.name() + "-" + type.torchName);
    Path weights = weights(folder);
    if (!Files.exists(weights)) {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), model.config(type.torchName));
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
      for (Map.Entry<String, int[]> tensor : model.shapes().entrySet()) {
        writeTensor(channel, tensor.getKey(), tensor.getValue(), seed++);
      }
    }
  }

  /** Padded with spaces, so that the data is aligned. */
  private byte[] header() {
    StringBuilder json = new StringBuilder("{");
    long offset = 0;
    for (Map.Entry<String, int[]> tensor : model.shapes().entrySet()) {
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

  /** Norms scale by about 1, biases add about 0. */
  private void writeTensor(FileChannel channel, String name, int[] shape, long seed)
      throws IOException {
    boolean vector = shape.length == 1;
    double middle = vector && !name.endsWith(".bias") ? 1 : 0;
    double reach = vector ? 0.1 : Math.sqrt(3.0 / shape[1]);
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
