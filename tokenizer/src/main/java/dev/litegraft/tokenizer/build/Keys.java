package dev.litegraft.tokenizer.build;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of JSON objects by their kind; of another kind is as absent. */
final class Keys {
  private Keys() {}

  @SuppressWarnings("unchecked") // JSON objects have texts as keys
  static Map<String, @Nullable Object> map(Map<String, @Nullable Object> json, String key) {
    return json.get(key) instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
  }

  static List<?> list(Map<String, @Nullable Object> json, String key) {
    return json.get(key) instanceof List<?> list ? list : List.of();
  }

  static @Nullable String text(Map<String, @Nullable Object> json, String key) {
    return json.get(key) instanceof String text ? text : null;
  }

  /** As Python reads a truth: null, false, 0 and what is empty are false. */
  static boolean truth(@Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value instanceof List<?> list ? !list.isEmpty() : value != null;
  }

  /** The type of a part of {@code tokenizer.json}; empty where there is none. */
  static String type(@Nullable Object part) {
    return part instanceof Map<?, ?> map && map.get("type") instanceof String type ? type : "";
  }
}
