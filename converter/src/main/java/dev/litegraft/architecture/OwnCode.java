package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a model whose folder has Python code of its own, turned into those of a class of
 * transformers: what the class has no word for must have the value under which both compute the
 * same.
 */
final class OwnCode {
  private HfConfig config;

  private OwnCode(HfConfig config) {
    this.config = config;
  }

  /** The settings, without the reference to the code. */
  static OwnCode of(HfConfig config) {
    return new OwnCode(config.without("auto_map"));
  }

  /** Whether {@code auto_map} names a class of this module: {@code modeling_qwen.Qwen2Model}. */
  static boolean isNamed(HfConfig config, String module) {
    return config.value("auto_map") instanceof Map<?, ?> classes
        && classes.values().stream()
            .anyMatch(c -> ("--" + c).replace("--", ".").contains("." + module));
  }

  /** A key that the class does not have: any other value than these, or null, is refused. */
  OwnCode require(String key, Object... same) {
    Object value = config.value(key);
    boolean isSame = value == null || Arrays.stream(same).anyMatch(other -> equal(other, value));
    if (!isSame) {
      throw new InvalidCheckpointException(
          key
              + " is "
              + shown(value)
              + ", under which the folder's own code computes otherwise than the class that is"
              + " known",
          config.where() + ", " + key,
          "use a model with the usual setting, "
              + shown(same[0])
              + "; what this one computes would have to be built first");
    }
    config = config.without(key);
    return this;
  }

  private static String shown(@Nullable Object value) {
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }

  private static boolean equal(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return a.equals(b);
  }

  /** Another name for a key; a key that the class has already stays. */
  OwnCode rename(String key, String name) {
    @Nullable Object value = config.value(key);
    config = config.without(key);
    boolean known = value == null || config.value(name) != null;
    return known ? this : with(name, value);
  }

  /** Keys that say how to compute, not what. */
  OwnCode without(String... keys) {
    for (String key : keys) {
      config = config.without(key);
    }
    return this;
  }

  /** A key of the class. */
  OwnCode with(String key, @Nullable Object value) {
    config = config.with(key, value);
    return this;
  }

  /** A default of the code where it is not the class's. */
  OwnCode withDefault(String key, Object value) {
    return config.value(key) == null ? with(key, value) : this;
  }

  /** The first class, whose name begins otherwise. */
  OwnCode withClass(String prefix, String ofClass) {
    List<String> names =
        config.texts("architectures").stream()
            .map(name -> name.startsWith(prefix) ? ofClass + name.substring(prefix.length()) : name)
            .toList();
    return names.isEmpty() ? this : with("architectures", names);
  }

  /** What came of it. */
  HfConfig config() {
    return config;
  }
}
