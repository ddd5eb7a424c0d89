package dev.litegraft.fuzz;

import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Damage to a safetensors file: its header's tensors, its lengths, its numbers. */
final class SafetensorsDamage {
  private static final List<String> DTYPES =
      List.of(
          "F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "U16", "BOOL", "F8_E4M3",
          "F8_E5M2", "F4", "X", "");
  private static final float[] FLOATS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0,
    -0f,
    1e30f,
    -1e38f,
    1e-40f,
    65504f
  };

  private SafetensorsDamage() {}

  static byte[] damaged(byte[] bytes, Random random) throws IOException {
    Map<String, @Nullable Object> header;
    byte[] data;
    try {
      long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
      int end = Math.toIntExact(8 + length);
      header =
          Json.parse(new String(bytes, 8, (int) length, StandardCharsets.UTF_8).strip(), "header");
      data = Arrays.copyOfRange(bytes, end, bytes.length);
    } catch (RuntimeException e) {
      return PlainDamage.bytes(bytes, random); // Damaged before.
    }
    switch (random.nextInt(8)) {
      case 0 -> JsonDamage.damage(header, header, random);
      case 1 -> numbers(data, random);
      case 2 -> data = PlainDamage.bytes(data, random);
      default -> {
        for (int n = 1 + random.nextInt(2); n > 0; n--) {
          tensor(header, data.length, random);
        }
      }
    }
    byte[] json = JsonDamage.text(header, random);
    ByteBuffer out =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    return out.putLong(json.length).put(json).put(data).array();
  }

  private static void numbers(byte[] data, Random random) {
    ByteBuffer floats = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    float value = FLOATS[random.nextInt(FLOATS.length)];
    int count = data.length / 4;
    if (count == 0) {
      return;
    }
    int from = random.nextInt(count);
    int many = random.nextBoolean() ? 1 : 1 + random.nextInt(count - from);
    for (int i = from; i < from + many; i++) {
      floats.putFloat(4 * i, value);
    }
  }

  private static void tensor(Map<String, @Nullable Object> header, long bytes, Random random) {
    List<String> names = new ArrayList<>(header.keySet());
    names.remove("__metadata__");
    if (names.isEmpty()) {
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    String other = names.get(random.nextInt(names.size()));
    if (!(header.get(name) instanceof Map<?, ?> found)) {
      return;
    }
    Map<String, @Nullable Object> tensor = new LinkedHashMap<>();
    found.forEach((k, v) -> tensor.put(String.valueOf(k), v));
    switch (random.nextInt(10)) {
      case 0 -> header.remove(name);
      case 1 -> header.put(name, header.put(other, header.get(name)));
      case 2 -> {
        header.remove(name);
        header.put(renamed(name, random), tensor);
      }
      case 3 -> header.put(renamed(name, random), tensor);
      case 4 -> {
        tensor.put("dtype", DTYPES.get(random.nextInt(DTYPES.size())));
        header.put(name, tensor);
      }
      case 5 -> {
        String[] types = {"F32", "F16", "BF16", "I8", "U8", "F64"};
        int[] widths = {4, 2, 2, 1, 1, 8};
        int to = random.nextInt(types.length);
        tensor.put("dtype", types[to]);
        tensor.put("shape", rescaled(tensor.get("shape"), widths[to]));
        header.put(name, tensor);
      }
      case 6 -> {
        long a = PlainDamage.NUMBERS[random.nextInt(PlainDamage.NUMBERS.length)];
        long b =
            random.nextBoolean()
                ? bytes
                : PlainDamage.NUMBERS[random.nextInt(PlainDamage.NUMBERS.length)];
        tensor.put("data_offsets", List.of(a, b));
        header.put(name, tensor);
      }
      default -> {
        tensor.put("shape", reshaped(tensor.get("shape"), random));
        header.put(name, tensor);
      }
    }
  }

  /** A last dimension that keeps the bytes, if they were f32. */
  private static Object rescaled(@Nullable Object shape, int width) {
    if (!(shape instanceof List<?> dims) || dims.isEmpty()) {
      return List.of();
    }
    List<Object> out = new ArrayList<>(dims);
    if (dims.get(dims.size() - 1) instanceof Long last) {
      out.set(dims.size() - 1, last * 4 / width);
    }
    return out;
  }

  private static Object reshaped(@Nullable Object shape, Random random) {
    List<Object> dims = new ArrayList<>(shape instanceof List<?> list ? list : List.of());
    switch (random.nextInt(7)) {
      case 0 -> java.util.Collections.reverse(dims);
      case 1 -> dims.add(1L);
      case 2 -> dims.add(0, 1L);
      case 3 -> dims.clear();
      case 4 -> dims.add(0L);
      case 5 -> {
        long product = 1;
        for (Object dim : dims) {
          product *= dim instanceof Long n ? n : 1;
        }
        dims.clear();
        dims.add(product);
      }
      default -> {
        long to = PlainDamage.NUMBERS[random.nextInt(PlainDamage.NUMBERS.length)];
        if (dims.isEmpty()) {
          dims.add(to);
        } else {
          dims.set(random.nextInt(dims.size()), to);
        }
      }
    }
    return dims;
  }

  private static String renamed(String name, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> name.replaceFirst("\\d+", "99999999999999");
      case 1 -> name.replaceFirst("\\d+", String.valueOf(random.nextInt(9)));
      case 2 -> name.replaceFirst("\\.weight$", ".bias");
      case 3 -> "model." + name;
      case 4 -> name.substring(name.indexOf('.') + 1);
      default -> PlainDamage.text(random);
    };
  }
}
