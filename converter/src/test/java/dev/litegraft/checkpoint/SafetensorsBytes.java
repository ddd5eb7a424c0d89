package dev.litegraft.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds safetensors files, right and wrong ones. */
public final class SafetensorsBytes {
  private final List<String> members = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** A file of a header and data as they are given, whatever they say. */
  public static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  public SafetensorsBytes add(String name, String dtype, String shape, ByteBuffer bytes) {
    int begin = data.size();
    data.writeBytes(array(bytes));
    members.add(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, dtype, shape, begin, data.size()));
    return this;
  }

  public SafetensorsBytes addF32(String name, String shape, float... numbers) {
    ByteBuffer bytes = little(4 * numbers.length);
    bytes.asFloatBuffer().put(numbers);
    return add(name, "F32", shape, bytes);
  }

  public static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All bytes of a buffer, wherever its position is. */
  public static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.duplicate().rewind().get(bytes);
    return bytes;
  }

  public byte[] bytes() {
    return file("{" + String.join(",", members) + "}", data.toByteArray());
  }

  public Path write(Path path) throws IOException {
    return Files.write(path, bytes());
  }
}
