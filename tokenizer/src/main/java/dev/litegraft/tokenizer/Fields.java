package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object of {@code tokenizer.json}, with errors that name the place.
 *
 * @param object the members
 * @param path where it stands, such as {@code normalizer.normalizers[2]}
 * @param where the file
 */
record Fields(Map<String, @Nullable Object> object, String path, String where) {
  /** Deeper sequences of sequences are refused. */
  private static final int DEEPEST = 64;

  @SuppressWarnings("unchecked") // JsonReader makes no other maps
  static Fields of(@Nullable Object value, String path, String where) {
    if (value instanceof Map<?, ?> map) {
      return new Fields((Map<String, @Nullable Object>) map, path, where);
    }
    throw refused("it is " + shown(value) + ", not an object", path, where);
  }

  /** The {@code type}. */
  String type() {
    return string("type");
  }

  boolean has(String name) {
    return object.get(name) != null;
  }

  private Object required(String name) {
    Object value = object.get(name);
    if (value == null) {
      throw refused("it has no " + name, path, where);
    }
    return value;
  }

  String string(String name) {
    if (required(name) instanceof String text) {
      return text;
    }
    throw wrong(name, "a text");
  }

  /** A text, or null where it is absent or null. */
  @Nullable String optionalString(String name) {
    return has(name) ? string(name) : null;
  }

  boolean bool(String name) {
    if (required(name) instanceof Boolean bool) {
      return bool;
    }
    throw wrong(name, "true or false");
  }

  boolean bool(String name, boolean absent) {
    return has(name) ? bool(name) : absent;
  }

  int natural(String name) {
    if (required(name) instanceof Integer number && number >= 0) {
      return number;
    }
    throw wrong(name, "an integer of 0 or more");
  }

  int natural(String name, int absent) {
    return has(name) ? natural(name) : absent;
  }

  /** A text of one character. */
  int character(String name) {
    String text = string(name);
    if (text.codePointCount(0, text.length()) != 1) {
      throw wrong(name, "one character");
    }
    return text.codePointAt(0);
  }

  Fields fields(String name) {
    return of(required(name), path + "." + name, where);
  }

  List<? extends @Nullable Object> list(String name) {
    if (required(name) instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "a list");
  }

  /** The objects of a list, each with its place. */
  List<Fields> all(String name) {
    List<Fields> all = new ArrayList<>();
    for (Object one : list(name)) {
      all.add(of(one, path + "." + name + "[" + all.size() + "]", where));
    }
    if (path.chars().filter(c -> c == '[').count() > DEEPEST) {
      throw refused("it is nested more than " + DEEPEST + " deep", path, where);
    }
    return all;
  }

  /** The value that has a name. */
  <T> T oneOf(String name, @Nullable Object value, List<String> names, List<T> values) {
    int index = value instanceof String text ? names.indexOf(text) : -1;
    if (index < 0) {
      throw refused(
          name + " is " + shown(value) + ", which is none of " + String.join(", ", names),
          path,
          where);
    }
    return values.get(index);
  }

  /** The value of a member that must be one of some names. */
  <T> T oneOf(String name, List<String> names, List<T> values) {
    return oneOf(name, object.get(name), names, values);
  }

  /** An error about this object, which is not what the library writes. */
  TokenizerException refused(String what) {
    return refused(what, path, where);
  }

  /** An error about this object, which saving it again does not mend. */
  TokenizerException refused(String what, String remedy) {
    return refused(what, path, where, remedy);
  }

  private TokenizerException wrong(String name, String wanted) {
    return refused(name + " is " + shown(object.get(name)) + ", not " + wanted, path, where);
  }

  private static TokenizerException refused(String what, String path, String where) {
    return refused(
        what,
        path,
        where,
        "save it again with tokenizer.save_pretrained() of a current transformers");
  }

  private static TokenizerException refused(String what, String path, String where, String remedy) {
    return new TokenizerException(
        "the tokenizer cannot be used: " + what, where + ", " + path, remedy);
  }

  static String shown(@Nullable Object value) {
    if (value instanceof String text) {
      return text.length() <= 40
          ? "\"" + text + "\""
          : "a text of " + text.length() + " characters";
    }
    if (value instanceof Map<?, ?> || value instanceof List<?>) {
      return value instanceof List<?> ? "a list" : "an object";
    }
    return String.valueOf(value);
  }
}
