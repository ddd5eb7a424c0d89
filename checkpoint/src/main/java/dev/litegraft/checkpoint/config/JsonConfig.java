package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.Nearest;
import dev.litegraft.json.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An object of a parsed config.json; the nested ones share what was read. */
final class JsonConfig implements HfConfig {
  static final long MAX_BYTES = 16 << 20;

  private static final String COMPARE = "compare the key with the model's original config.json";

  private final Map<String, @Nullable Object> members;
  private final String file;
  private final String path;
  private final Set<String> read;

  private JsonConfig(
      Map<String, @Nullable Object> members, String file, String path, Set<String> read) {
    this.members = members;
    this.file = file;
    this.path = path;
    this.read = read;
  }

  static JsonConfig of(Map<String, @Nullable Object> members, String file) {
    return new JsonConfig(members, file, "", ConcurrentHashMap.newKeySet());
  }

  @Override
  public String where() {
    return path.isEmpty() ? file : file + ": " + path;
  }

  @Override
  public boolean has(String key) {
    return find(key) != null;
  }

  @Override
  public boolean isNull(String key) {
    return members.containsKey(key) && find(key) == null;
  }

  @Override
  public int integer(String key) {
    return toInteger(key, require(key, "a whole number"));
  }

  @Override
  public int integer(String key, int absent) {
    Object value = find(key);
    return value == null ? absent : toInteger(key, value);
  }

  @Override
  public int size(String key) {
    return toSize(key, require(key, "a whole number"));
  }

  @Override
  public int size(String key, int absent) {
    Object value = find(key);
    return value == null ? absent : toSize(key, value);
  }

  @Override
  public double number(String key) {
    return toNumber(key, require(key, "a number"));
  }

  @Override
  public double number(String key, double absent) {
    Object value = find(key);
    return value == null ? absent : toNumber(key, value);
  }

  @Override
  public boolean flag(String key, boolean absent) {
    Object value = find(key);
    if (value == null) {
      return absent;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    throw wrong(key, value, "true or false");
  }

  @Override
  public String text(String key) {
    return toText(key, require(key, "a string"));
  }

  @Override
  public String text(String key, String absent) {
    Object value = find(key);
    return value == null ? absent : toText(key, value);
  }

  @Override
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(key, "a list of strings")) {
      texts.add(toText(key, element));
    }
    return List.copyOf(texts);
  }

  @Override
  public List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    for (Object element : list(key, "a list of numbers")) {
      numbers.add(toNumber(key, element));
    }
    return List.copyOf(numbers);
  }

  @Override
  public Optional<HfConfig> at(String key) {
    String found = key;
    if (key.equals(RopeKeys.SCALING)) {
      if (RopeKeys.isOfOneLayerType(path, members)) {
        return Optional.of(this);
      }
      found = RopeKeys.scalingKey(members, where());
    }
    Object value = members.get(found);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Map<?, ?> map) {
      tick(full(found));
      if (key.equals(RopeKeys.SCALING)) {
        tickScaling(found);
      }
      return Optional.of(new JsonConfig(typed(map), file, full(found), read));
    }
    throw wrong(key, value, "an object");
  }

  @Override
  public HfConfig alone(String key) {
    return of(members.get(key) instanceof Map<?, ?> map ? typed(map) : Map.of(), file);
  }

  @Override
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    members.forEach(
        (key, value) -> {
          if (value != null) {
            keys.add(key);
          }
        });
    return Collections.unmodifiableSet(keys);
  }

  @Override
  public @Nullable Object value(String key) {
    // Literally first: SmolLM2 has a key "transformers.js_config".
    if (members.containsKey(key)) {
      return members.get(key);
    }
    int dot = key.indexOf('.');
    return dot > 0 && members.get(key.substring(0, dot)) instanceof Map<?, ?> map
        ? new JsonConfig(typed(map), file, "", read).value(key.substring(dot + 1))
        : null;
  }

  @Override
  public HfConfig with(String key, @Nullable Object value) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(members);
    int dot = key.indexOf('.');
    if (dot > 0 && !members.containsKey(key)) {
      String outer = key.substring(0, dot);
      Object inner = members.get(outer);
      JsonConfig nested = of(inner instanceof Map<?, ?> map ? typed(map) : Map.of(), file);
      copy.put(outer, ((JsonConfig) nested.with(key.substring(dot + 1), value)).members);
    } else {
      RopeKeys.removeSpellings(copy, key);
      copy.put(key, asParsed(value));
    }
    return new JsonConfig(copy, file, path, ConcurrentHashMap.newKeySet());
  }

  @Override
  public HfConfig without(String key) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(members);
    RopeKeys.removeSpellings(copy, key);
    copy.remove(key);
    return new JsonConfig(copy, file, path, ConcurrentHashMap.newKeySet());
  }

  @Override
  public HfConfig withDefault(String key, Object value) {
    if (has(key)) {
      return this;
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(members);
    copy.put(key, asParsed(value));
    return new JsonConfig(copy, file, path, read);
  }

  @Override
  public Set<String> unread() {
    Set<String> unread = new LinkedHashSet<>();
    collectUnread(members, path, unread);
    return Collections.unmodifiableSet(unread);
  }

  private void collectUnread(
      Map<String, @Nullable Object> object, String objectPath, Set<String> unread) {
    object.forEach(
        (key, value) -> {
          String full = objectPath.isEmpty() ? key : objectPath + "." + key;
          if (value instanceof Map<?, ?> map && read.contains(full)) {
            collectUnread(typed(map), full, unread);
          } else if (value != null && !read.contains(full)) {
            unread.add(full);
          }
        });
  }

  /** The value of a key or of another spelling of it; ticks off all of them. */
  private @Nullable Object find(String key) {
    if (key.equals(RopeKeys.SCALING)) {
      String found = RopeKeys.scalingKey(members, where());
      tickScaling(found);
      return members.get(found);
    }
    String foundKey = key;
    Object found = null;
    for (String spelling : RopeKeys.spellings(key)) {
      Object value = value(spelling);
      if (value == null || !(spelling.equals(key) || RopeKeys.isFlat(members, spelling))) {
        continue;
      }
      if (found == null) {
        found = value;
        foundKey = spelling;
      } else if (!sameValue(found, value) && RopeKeys.winsOver(spelling, this)) {
        found = value;
      } else if (!sameValue(found, value)) {
        throw new InvalidCheckpointException(
            foundKey + " is " + Json.show(found) + ", but " + spelling + " is " + Json.show(value),
            where(),
            "in a copy of the folder, leave the wrong one of the two keys out");
      }
      int dot = spelling.indexOf('.');
      if (dot > 0 && !members.containsKey(spelling)) {
        tick(full(spelling.substring(0, dot)));
      }
      tick(full(spelling));
    }
    return found;
  }

  private static boolean sameValue(Object a, Object b) {
    return (a instanceof Number m && b instanceof Number n)
        ? m.doubleValue() == n.doubleValue()
        : a.equals(b);
  }

  private Object require(String key, String type) {
    Object value = find(key);
    if (value == null) {
      throw new InvalidCheckpointException(
          "the config has no " + key + ", where " + type + " is needed",
          where(),
          Nearest.to(key, keys()).map(n -> "the nearest key there is " + n + "; ").orElse("")
              + COMPARE);
    }
    return value;
  }

  private List<Object> list(String key, String type) {
    Object value = find(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(key, value, type);
    }
    List<Object> elements = new ArrayList<>();
    for (Object element : list) {
      if (element == null) {
        throw wrong(key, value, type + " without null");
      }
      elements.add(element);
    }
    return elements;
  }

  private int toInteger(String key, Object value) {
    boolean whole = value instanceof Long;
    if (value instanceof Double d) {
      whole = d == Math.rint(d);
    }
    if (!whole && !(value instanceof BigInteger)) {
      throw wrong(key, value, "a whole number");
    }
    double number = ((Number) value).doubleValue();
    if (!(Math.abs(number) <= Integer.MAX_VALUE)) {
      throw wrong(key, value, "a whole number of 32 bits");
    }
    return (int) number;
  }

  private int toSize(String key, Object value) {
    int size = toInteger(key, value);
    if (size < 1) {
      throw wrong(key, value, "a whole number of 1 or more");
    }
    return size;
  }

  private double toNumber(String key, Object value) {
    if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw wrong(key, value, value instanceof Number ? "a finite number" : "a number");
  }

  private String toText(String key, Object value) {
    if (value instanceof String s) {
      return s;
    }
    throw wrong(key, value, "a string");
  }

  private InvalidCheckpointException wrong(String key, Object value, String type) {
    return new InvalidCheckpointException(
        key + " is " + Json.show(value) + ", where " + type + " is needed", where(), COMPARE);
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private void tick(String fullKey) {
    read.add(fullKey);
  }

  private void tickScaling(String foundKey) {
    tick(full(foundKey));
    if (foundKey.equals(RopeKeys.PARAMETERS)) {
      // Both may stand there, with the same meaning.
      tick(full(RopeKeys.SCALING));
      if (members.get(RopeKeys.SCALING) instanceof Map<?, ?> old) {
        old.keySet().forEach(k -> tick(full(RopeKeys.SCALING + "." + k)));
      }
    }
  }

  /** A value in the types that parsed JSON has. */
  private static @Nullable Object asParsed(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((k, v) -> copy.put(String.valueOf(k), asParsed(v)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(v -> copy.add(asParsed(v)));
      return copy;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    return value instanceof Float f ? (Object) f.doubleValue() : value;
  }

  /** Keys of parsed JSON are strings; so are those of a Map that {@link #with} was given. */
  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> typed(Map<?, ?> map) {
    return (Map<String, @Nullable Object>) map;
  }
}
