package dev.litegraft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A small BERT with a table of many words, all 0: its file has a hole that takes no room. */
final class LargeFolder {
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final String POSITIONS = "bert.embeddings.position_embeddings.weight";
  private static final int WIDTH = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private LargeFolder() {}

  static Path copy(Path folder, int words) throws IOException {
    return copy(folder, words, 32);
  }

  /** Of a model that reads texts of so many tokens. */
  static Path copy(Path folder, int words, int positions) throws IOException {
    RegressionFolder.copy(folder, false);
    Path config = folder.resolve("config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(config.toFile());
    Files.writeString(
        config, json.put("vocab_size", words).put("max_position_embeddings", positions).toString());
    Path weights = folder.resolve("model.safetensors");
    ByteBuffer before = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
    int begin = 8 + Math.toIntExact(before.getLong(0));
    ObjectNode header =
        (ObjectNode)
            JSON.readTree(new String(before.array(), 8, begin - 8, StandardCharsets.UTF_8));
    header.remove("__metadata__");
    List<byte[]> kept = new ArrayList<>();
    long end = 0;
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (List.of(WORDS, POSITIONS).contains(entry.getKey())) {
        continue;
      }
      int from = entry.getValue().path("data_offsets").get(0).asInt();
      int to = entry.getValue().path("data_offsets").get(1).asInt();
      byte[] bytes = new byte[to - from];
      before.get(begin + from, bytes);
      kept.add(bytes);
      place((ObjectNode) entry.getValue(), end, end + bytes.length);
      end += bytes.length;
    }
    end = table((ObjectNode) header.get(POSITIONS), positions, end);
    long all = table((ObjectNode) header.get(WORDS), words, end);
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(0);
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
      file.write(text);
      for (byte[] bytes : kept) {
        file.write(bytes);
      }
      file.setLength(8 + text.length + all);
    }
    return folder;
  }

  /** Where a table ends that begins there. */
  private static long table(ObjectNode tensor, int rows, long from) {
    tensor.putArray("shape").add(rows).add(WIDTH);
    long to = from + 4L * rows * WIDTH;
    place(tensor, from, to);
    return to;
  }

  private static void place(ObjectNode tensor, long from, long to) {
    tensor.putArray("data_offsets").add(from).add(to);
  }
}
