package dev.litegraft.lab.architecture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A safetensors file of random numbers. */
public final class TensorFile {
  private final Map<String, float[]> tensors = new LinkedHashMap<>();
  private final Map<String, String> shapes = new LinkedHashMap<>();
  private final Random random = new Random(23);

  /** Adds a tensor of normal numbers with this deviation, and returns it. */
  public float[] add(String name, double deviation, int... dims) {
    int count = 1;
    for (int dim : dims) {
      count *= dim;
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextGaussian() * deviation);
    }
    tensors.put(name, numbers);
    shapes.put(name, java.util.Arrays.toString(dims));
    return numbers;
  }

  public void write(Path path) throws IOException {
    StringBuilder header = new StringBuilder("{");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach(
        (name, numbers) -> {
          ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(numbers);
          header
              .append(header.length() == 1 ? "" : ",")
              .append(
                  "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                      .formatted(
                          name, shapes.get(name), data.size(), data.size() + 4 * numbers.length));
          data.writeBytes(bytes.array());
        });
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.write(
        path,
        ByteBuffer.allocate(8 + json.length + data.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data.toByteArray())
            .array());
  }
}
