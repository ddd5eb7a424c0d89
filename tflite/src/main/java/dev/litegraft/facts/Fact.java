package dev.litegraft.facts;

import dev.litegraft.error.InvalidFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A fact of a file: its name in {@code litegraft.json}, what stands there, and whether it may be
 * left out. Those of a file are constants of {@link ModelFacts}.
 *
 * @param <T> its value in Java
 */
public final class Fact<T> {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Between what is in JSON (maps, lists, texts, numbers, booleans) and a value. */
  interface Kind<T> {
    /** Reads what is not null, or throws {@link Place#fault}. */
    T read(Object json, Place place);

    /** What stands in JSON. */
    Object write(T value);
  }

  /** Where something stands, for messages. */
  record Place(String path, String where) {
    Place at(String name) {
      return new Place(path.isEmpty() ? name : path + "." + name, where);
    }

    /** That what stands here is not {@code kind}. */
    InvalidFileException fault(String kind, @Nullable Object json) {
      return FactsJson.fault("\"" + path + "\" is not " + kind + ": " + json, where);
    }
  }

  private final String name;
  private final Kind<T> kind;
  private final boolean required;
  private final Optional<T> usual;
  private final boolean mustBeUnderstood;

  private Fact(
      String name, Kind<T> kind, boolean required, Optional<T> usual, boolean mustBeUnderstood) {
    this.name = name;
    this.kind = kind;
    this.required = required;
    this.usual = usual;
    this.mustBeUnderstood = mustBeUnderstood;
  }

  /** Its name in {@code litegraft.json}. */
  public String name() {
    return name;
  }

  /** The same, where a file may say nothing. */
  Fact<T> optional() {
    return new Fact<>(name, kind, false, Optional.empty(), mustBeUnderstood);
  }

  /** The same, where a file that says nothing means {@code value}, which is never written. */
  Fact<T> orElse(T value) {
    return new Fact<>(name, kind, false, Optional.of(value), mustBeUnderstood);
  }

  /**
   * The same, where a program that does not know it would give wrong answers: it stands under
   * {@code must_understand}, and such a program refuses the file. For facts that are new.
   */
  Fact<T> mustBeUnderstood() {
    return new Fact<>(name, kind, required, usual, true);
  }

  boolean isRequired() {
    return required;
  }

  boolean isUnderMustUnderstand() {
    return mustBeUnderstood;
  }

  /** What it means that a file says nothing. */
  Optional<T> usual() {
    return usual;
  }

  T read(Object json, Place file) {
    return kind.read(json, file.at(name));
  }

  Object write(T value) {
    return kind.write(value);
  }

  @Override
  public String toString() {
    return name;
  }

  static <T> Fact<T> of(String name, Kind<T> kind) {
    return new Fact<>(name, kind, true, Optional.empty(), false);
  }

  static Fact<String> text(String name) {
    return of(name, TEXT_KIND);
  }

  /** A hash in hexadecimal digits. */
  static Fact<String> sha256(String name) {
    return of(name, SHA256_KIND);
  }

  static Fact<Boolean> flag(String name) {
    return of(name, kind("true or false", Boolean.class, flag -> true));
  }

  /** A number from {@code least} on. */
  static Fact<Long> number(String name, long least) {
    return of(name, kind("a whole number from " + least + " on", Long.class, n -> n >= least));
  }

  /** A number from {@code least} on that is an int. */
  static Fact<Integer> whole(String name, int least) {
    return of(name, wholeKind(least));
  }

  /** One of some constants, by its name. */
  static <E> Fact<E> constant(String name, E[] constants, Function<E, String> id) {
    List<E> all = List.of(constants);
    String kind = "one of " + all.stream().map(id).toList();
    return of(
        name,
        of(
            (json, place) ->
                all.stream()
                    .filter(constant -> id.apply(constant).equals(json))
                    .findFirst()
                    .orElseThrow(() -> place.fault(kind, json)),
            id::apply));
  }

  static <E extends Enum<E>> Fact<E> constant(String name, E[] constants) {
    return constant(name, constants, constant -> constant.name().toLowerCase(Locale.ROOT));
  }

  static Fact<List<String>> texts(String name) {
    return of(name, list("a list of texts", kind("a text", String.class, text -> true)));
  }

  /** Numbers from {@code least} on. */
  static Fact<List<Integer>> wholes(String name, int least) {
    return of(name, list("a list of whole numbers from " + least + " on", wholeKind(least)));
  }

  /** An object with any names, whose values are all of one kind; the order is kept. */
  static <V> Kind<Map<String, V>> map(Kind<V> values) {
    return of(
        (json, place) -> {
          Map<String, V> map = new LinkedHashMap<>();
          object(json, place).forEach((name, v) -> map.put(name, values.read(v, place.at(name))));
          return Collections.unmodifiableMap(map);
        },
        map -> {
          Map<String, Object> written = new LinkedHashMap<>();
          map.forEach((name, value) -> written.put(name, values.write(value)));
          return written;
        });
  }

  static final Kind<String> TEXT_KIND = kind("a text", String.class, text -> true);

  static final Kind<String> SHA256_KIND =
      kind("64 hexadecimal digits", String.class, text -> SHA256.matcher(text).matches());

  static <T> Kind<T> of(Reading<T> reading, Function<T, Object> writing) {
    return new Kind<>() {
      @Override
      public T read(Object json, Place place) {
        return reading.read(json, place);
      }

      @Override
      public Object write(T value) {
        return writing.apply(value);
      }
    };
  }

  /** {@link Kind#read}. */
  interface Reading<T> {
    T read(Object json, Place place);
  }

  /** The members of an object; none of them is null. */
  static Map<String, Object> object(Object json, Place place) {
    if (!(json instanceof Map<?, ?> map)) {
      throw place.fault("an object", json);
    }
    Map<String, Object> members = new LinkedHashMap<>();
    map.forEach(
        (name, value) -> {
          if (value == null) {
            throw place.at(String.valueOf(name)).fault("a value", null);
          }
          members.put(String.valueOf(name), value);
        });
    return members;
  }

  private static <T> Kind<T> kind(String kind, Class<T> type, Predicate<T> valid) {
    return of(
        (json, place) ->
            Optional.of(json)
                .filter(type::isInstance)
                .map(type::cast)
                .filter(valid)
                .orElseThrow(() -> place.fault(kind, json)),
        value -> value);
  }

  private static Kind<Integer> wholeKind(int least) {
    Kind<Long> kind =
        kind(
            "a whole number from " + least + " on",
            Long.class,
            n -> n >= least && n <= Integer.MAX_VALUE);
    return of((json, place) -> Math.toIntExact(kind.read(json, place)), Integer::longValue);
  }

  private static <T> Kind<List<T>> list(String kind, Kind<T> elements) {
    return of(
        (json, place) -> {
          if (!(json instanceof List<?> list)) {
            throw place.fault(kind, json);
          }
          List<T> read = new ArrayList<>();
          for (Object element : list) {
            if (element == null) {
              throw place.fault(kind, json);
            }
            read.add(
                elements.read(
                    element, new Place(place.path() + "[" + read.size() + "]", place.where())));
          }
          return List.copyOf(read);
        },
        list -> list.stream().map(elements::write).toList());
  }
}
