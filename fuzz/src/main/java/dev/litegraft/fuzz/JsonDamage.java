package dev.litegraft.fuzz;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Damage to JSON: a member, somewhere, becomes another, goes, is doubled, or comes from elsewhere.
 */
final class JsonDamage {
  private static final String LIST = "list";

  private final Random random;
  private final Object root;
  private final Object donor;

  private JsonDamage(Random random, Object root, Object donor) {
    this.random = random;
    this.root = root;
    this.donor = donor;
  }

  /**
   * @param donor a file of the same name of another checkpoint, or the same
   */
  static byte[] damaged(byte[] json, byte[] donor, Random random) throws IOException {
    Map<String, @Nullable Object> tree;
    Map<String, @Nullable Object> other;
    boolean list = json.length > 0 && json[0] == '[';
    try {
      tree = parsed(json);
      other = parsed(donor);
    } catch (InvalidInputException e) {
      return PlainDamage.bytes(json, random); // Damaged before.
    }
    damage(tree, other, random);
    return text(list ? tree.get(LIST) : tree, random);
  }

  /** Changes one to three whole numbers and switches of an object, or leaves them out. */
  static byte[] sizes(byte[] json, Random random) throws IOException {
    Map<String, @Nullable Object> tree = parsed(json);
    List<Map.Entry<String, @Nullable Object>> places = new ArrayList<>();
    sizes(tree, places);
    for (int n = 1 + random.nextInt(3); n > 0 && !places.isEmpty(); n--) {
      Map.Entry<String, @Nullable Object> place = places.get(random.nextInt(places.size()));
      Object old = place.getValue();
      if (old instanceof Boolean flag) {
        place.setValue(!flag);
      } else if (old instanceof Long number) {
        Object other = places.get(random.nextInt(places.size())).getValue();
        long[] near = {number + 1, number - 1, number * 2, number / 2, number * 3, 0, 1, 2, 3, 7};
        place.setValue(
            switch (random.nextInt(16)) {
              case 0 -> null;
              case 1 -> -number;
              case 2, 3, 4 -> other instanceof Long ? other : number * 4;
              default -> near[random.nextInt(near.length)];
            });
      }
    }
    return text(tree, random);
  }

  private static void sizes(
      @Nullable Object tree, List<Map.Entry<String, @Nullable Object>> places) {
    if (tree instanceof Map<?, ?> map) {
      for (Map.Entry<String, @Nullable Object> entry : JsonDamage.<String>entries(map)) {
        if (entry.getValue() instanceof Long || entry.getValue() instanceof Boolean) {
          places.add(entry);
        }
        sizes(entry.getValue(), places);
      }
    } else if (tree instanceof List<?> list) {
      list.forEach(child -> sizes(child, places));
    }
  }

  @SuppressWarnings("unchecked")
  private static <K> java.util.Set<Map.Entry<K, @Nullable Object>> entries(Map<?, ?> map) {
    return ((Map<K, @Nullable Object>) map).entrySet();
  }

  /** Damages a tree in place, once or a few times. */
  static void damage(Object tree, Object donor, Random random) {
    JsonDamage damage = new JsonDamage(random, tree, donor);
    for (int n = random.nextInt(3) == 0 ? 3 : 1; n > 0; n--) {
      damage.once();
    }
  }

  private static Map<String, @Nullable Object> parsed(byte[] json) {
    String text = new String(json, StandardCharsets.UTF_8);
    return Json.parse(text.startsWith("[") ? "{\"" + LIST + "\":" + text + "}" : text, "");
  }

  static byte[] text(@Nullable Object tree, Random random) throws IOException {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = Json.generator(out)) {
      Json.write(json, tree);
    }
    String text = out.toString();
    if (random.nextInt(20) == 0 && text.startsWith("{\"")) {
      // A doubled name, which no tree has.
      int end = text.indexOf(',');
      text = end < 0 ? text : "{" + text.substring(1, end) + "," + text.substring(1);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked")
  private void once() {
    Object at = root;
    Object from = donor;
    for (int depth = 0; depth < 30; depth++) {
      if (at instanceof Map<?, ?> map && !map.isEmpty()) {
        String key = String.valueOf(new ArrayList<>(map.keySet()).get(random.nextInt(map.size())));
        Object child = map.get(key);
        if (goesOn(child)) {
          at = java.util.Objects.requireNonNull(child);
          from = from instanceof Map<?, ?> f && f.get(key) != null ? f.get(key) : from;
          continue;
        }
        damage((Map<String, @Nullable Object>) map, key, from);
      } else if (at instanceof List<?> list && !list.isEmpty()) {
        int index = random.nextInt(list.size());
        Object child = list.get(index);
        if (goesOn(child)) {
          at = java.util.Objects.requireNonNull(child);
          from = from instanceof List<?> f && !f.isEmpty() ? f.get(index % f.size()) : from;
          continue;
        }
        damage((List<@Nullable Object>) list, index, from);
      }
      return;
    }
  }

  private boolean goesOn(@Nullable Object child) {
    boolean more =
        (child instanceof Map<?, ?> map && !map.isEmpty())
            || (child instanceof List<?> list && !list.isEmpty());
    return more && random.nextInt(4) > 0;
  }

  private void damage(Map<String, @Nullable Object> map, String key, @Nullable Object from) {
    Object old = map.get(key);
    switch (random.nextInt(9)) {
      case 0 -> map.remove(key);
      case 1 -> {
        map.remove(key);
        map.put(PlainDamage.text(random), old);
      }
      case 2 -> {
        String other = new ArrayList<>(map.keySet()).get(random.nextInt(map.size()));
        map.put(key, map.get(other));
        map.put(other, old);
      }
      case 3, 4 -> {
        if (from instanceof Map<?, ?> f && !f.isEmpty()) {
          Object foreign = new ArrayList<>(f.keySet()).get(random.nextInt(f.size()));
          map.put(String.valueOf(foreign), f.get(foreign));
        } else {
          map.put(key, other(old));
        }
      }
      default -> map.put(key, other(old));
    }
  }

  private void damage(List<@Nullable Object> list, int index, @Nullable Object from) {
    Object old = list.get(index);
    switch (random.nextInt(7)) {
      case 0 -> list.remove(index);
      case 1 -> list.add(old);
      case 2 -> {
        int other = random.nextInt(list.size());
        list.set(index, list.get(other));
        list.set(other, old);
      }
      case 3 -> list.clear();
      case 4 -> {
        if (from instanceof List<?> f && !f.isEmpty()) {
          list.set(index, f.get(random.nextInt(f.size())));
        }
      }
      default -> list.set(index, other(old));
    }
  }

  private @Nullable Object other(@Nullable Object old) {
    if (random.nextInt(4) == 0) {
      return anything();
    }
    if (old instanceof Boolean flag) {
      return !flag;
    }
    if (old instanceof Long number) {
      return switch (random.nextInt(6)) {
        case 0 -> number + 1;
        case 1 -> number - 1;
        case 2 -> number * 2;
        case 3 -> number / 2;
        default -> PlainDamage.NUMBERS[random.nextInt(PlainDamage.NUMBERS.length)];
      };
    }
    if (old instanceof Double number) {
      double[] others = {0, -0.0, 1, -1, 1.5, 1e-300, 1e300, number * 2, -number, number / 3};
      return others[random.nextInt(others.length)];
    }
    if (old instanceof String text) {
      return switch (random.nextInt(4)) {
        case 0 -> text + text;
        case 1 -> text.isEmpty() ? "x" : text.substring(random.nextInt(text.length()));
        default -> PlainDamage.text(random);
      };
    }
    return anything();
  }

  private @Nullable Object anything() {
    return switch (random.nextInt(14)) {
      case 0 -> null;
      case 1 -> true;
      case 2 -> false;
      case 3 -> new ArrayList<>();
      case 4 -> new LinkedHashMap<>();
      case 5 -> new ArrayList<@Nullable Object>(Arrays.asList(1L, "a", null, -1L));
      case 6 -> new LinkedHashMap<>(Map.of("type", "x", "", 1L));
      case 7 -> nested(random.nextBoolean() ? 20 : 70);
      case 8 -> BigInteger.TWO.pow(80);
      case 9 -> Double.NaN;
      case 10 -> Double.POSITIVE_INFINITY;
      case 11 -> 0.5;
      case 12 -> PlainDamage.text(random);
      default -> PlainDamage.NUMBERS[random.nextInt(PlainDamage.NUMBERS.length)];
    };
  }

  private static Object nested(int depth) {
    Object inner = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      inner = new ArrayList<>(List.of(inner));
    }
    return inner;
  }
}
