package dev.litegraft.serve;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import dev.litegraft.serve.Refusal.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The body of a request: an object whose members are asked for by name and kind. */
record Fields(Map<String, @Nullable Object> members) {
  /**
   * Reads a body.
   *
   * @throws Refusal if it is not one JSON object in UTF-8
   */
  static Fields of(byte[] body) {
    try {
      Map<String, @Nullable Object> members = Json.parse(body, "the body");
      members.forEach(Fields::requireText);
      return new Fields(members);
    } catch (InvalidInputException e) {
      throw Refusal.of(Kind.MALFORMED, e.what().replace("the file", "the body") + at(e.where()));
    }
  }

  /** Half of a pair, which JSON can spell, is no character: it would be read as another. */
  private static void requireText(Object name, @Nullable Object value) {
    if (value instanceof String text && !isText(text)) {
      throw Refusal.of(
          Kind.MALFORMED, "`" + name + "` has half of a surrogate pair, which is no character");
    } else if (value instanceof List<?> list) {
      list.forEach(element -> requireText(name, element));
    } else if (value instanceof Map<?, ?> object) {
      object.forEach(Fields::requireText);
    }
  }

  private static boolean isText(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static String at(String where) {
    return where.contains(",") ? " (" + where + ")" : "";
  }

  /** Whether a member is there, and is not null. */
  boolean has(String name) {
    return members.get(name) != null;
  }

  String text(String name) {
    return optionalText(name).orElseThrow(() -> missing(name, "a string"));
  }

  Optional<String> optionalText(String name) {
    Object value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw wrong(name, value, "a string");
  }

  boolean flag(String name, boolean absent) {
    Object value = members.get(name);
    if (value == null) {
      return absent;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, value, "true or false");
  }

  /** A whole number from 1 on. */
  Optional<Integer> count(String name) {
    Object value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Long number && number >= 1 && number <= Integer.MAX_VALUE) {
      return Optional.of(number.intValue());
    }
    throw wrong(name, value, "a whole number from 1 on");
  }

  /** A string, or a list of strings. */
  List<String> texts(String name) {
    Object value = required(name, "a string, or a list of strings");
    return value instanceof String text
        ? List.of(text)
        : strings(name, value, "a string, or a list of strings");
  }

  /** What the texts of a member are called: of a list by their place. */
  IntFunction<String> places(String name) {
    return members.get(name) instanceof List<?> ? Asked.list(name) : i -> name;
  }

  /** A list of strings. */
  List<String> listOfTexts(String name) {
    return strings(name, required(name, "a list of strings"), "a list of strings");
  }

  /** An object. */
  Fields object(String name) {
    Object value = required(name, "an object");
    if (!(value instanceof Map<?, ?> object)) {
      throw wrong(name, value, "an object");
    }
    Map<String, @Nullable Object> own = new LinkedHashMap<>();
    object.forEach((member, of) -> own.put(String.valueOf(member), of));
    return new Fields(own);
  }

  Object required(String name, String kind) {
    Object value = members.get(name);
    if (value == null) {
      throw missing(name, kind);
    }
    return value;
  }

  static List<String> strings(String name, Object value, String kind) {
    if (!(value instanceof List<?> list)) {
      throw wrong(name, value, kind);
    }
    List<String> strings = new ArrayList<>(list.size());
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw wrong(name + "[" + strings.size() + "]", element, "a string");
      }
      strings.add(text);
    }
    return strings;
  }

  private static Refusal missing(String name, String kind) {
    return Refusal.ofField(name, "`" + name + "` is missing: it must be " + kind);
  }

  static Refusal wrong(String name, @Nullable Object value, String kind) {
    return Refusal.ofField(name, "`" + name + "` must be " + kind + ", and is " + Json.show(value));
  }
}
