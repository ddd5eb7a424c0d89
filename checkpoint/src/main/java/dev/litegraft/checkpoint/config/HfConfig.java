package dev.litegraft.checkpoint.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face {@code config.json}: typed reads that tick off what was read.
 *
 * <p>A key that is absent and one whose value is null are the same but for {@link #isNull}.
 * Spellings of the same setting are the same key here, whichever is asked for and whichever the
 * file has:
 *
 * <ul>
 *   <li>{@code rope_theta}, {@code rotary_emb_base}, {@code rope_parameters.rope_theta}
 *   <li>{@code partial_rotary_factor}, {@code rotary_pct}, {@code
 *       rope_parameters.partial_rotary_factor}
 *   <li>{@code rope_scaling}, {@code rope_parameters}; within it {@code rope_type}, {@code type}
 *   <li>{@code torch_dtype}, {@code dtype}
 * </ul>
 *
 * <p>A file that has several of them with different values is refused when the setting is read.
 * {@code rope_parameters} that is nested by layer type (ModernBERT, Gemma3) is none of these
 * spellings; it is read by {@code at("rope_parameters").at("full_attention")}.
 *
 * <p>Every read throws {@link dev.litegraft.error.InvalidCheckpointException} where the value is of
 * another type than asked for, with the key, the value and the type.
 */
public interface HfConfig {
  /**
   * Reads a file.
   *
   * @throws dev.litegraft.error.InvalidCheckpointException if it is not one JSON object, has a key
   *     twice, or is larger than a config can be
   */
  static HfConfig read(Path file) throws IOException {
    return JsonConfig.of(CheckpointJson.read(file, JsonConfig.MAX_BYTES), file.toString());
  }

  /**
   * Reads a text; errors as {@link #read}.
   *
   * @param where where the text is from, for messages
   */
  static HfConfig parse(String json, String where) {
    return JsonConfig.of(CheckpointJson.parse(json, where), where);
  }

  /** Where the config was read, for messages: the file, and the path of a nested object. */
  String where();

  /** Whether the key is there and not null; ticks it off. */
  boolean has(String key);

  /**
   * Whether the key is there and its value is null. A few of Hugging Face's classes have a default
   * that null switches off, or replaces by a number that they compute. Ticks it off.
   */
  boolean isNull(String key);

  /** A whole number, required; 32.0 is one. */
  int integer(String key);

  /** A whole number; 32.0 is one. */
  int integer(String key, int absent);

  /** As {@link #integer(String, int)}, of a key for which null means something else. */
  default int integer(String key, int absent, int whereNull) {
    return isNull(key) ? whereNull : integer(key, absent);
  }

  /**
   * What divides, counts or dimensions something, required: a whole number of 1 or more, since 0
   * and less are never meant.
   */
  int size(String key);

  /** As {@link #size(String)}, not required. */
  int size(String key, int absent);

  /** As {@link #size(String, int)}, of a key for which null means something else. */
  default int size(String key, int absent, int whereNull) {
    return isNull(key) ? whereNull : size(key, absent);
  }

  /** A finite number, required. */
  double number(String key);

  /** A finite number. */
  double number(String key, double absent);

  /** As {@link #number(String, double)}, of a key for which null means something else. */
  default double number(String key, double absent, double whereNull) {
    return isNull(key) ? whereNull : number(key, absent);
  }

  /** True or false. */
  boolean flag(String key, boolean absent);

  /** A string, required. */
  String text(String key);

  /** A string. */
  String text(String key, String absent);

  /** A list of strings; empty where absent. */
  List<String> texts(String key);

  /** A list of finite numbers; empty where absent. */
  List<Double> numbers(String key);

  /** A nested object. */
  Optional<HfConfig> at(String key);

  /**
   * A nested object as a config of its own, of which nothing was read; without the object an empty
   * one.
   */
  HfConfig alone(String key);

  /** The keys that are there and not null, in the file's order; ticks nothing off. */
  Set<String> keys();

  /**
   * The value as the file has it: a String, Boolean, Long, BigInteger, Double, Map or List; null
   * where absent. Spellings are not unified, and nothing is ticked off.
   *
   * @param path a key, or those of nested objects with dots between, as {@link #unread} gives them
   */
  @Nullable Object value(String path);

  /**
   * A copy in which {@code key} has another value; other spellings of it are removed. What was read
   * is not shared.
   *
   * @param key a key of this object, or the path of a nested one with dots between
   * @param value a String, Boolean, Number, Map, List or null
   */
  HfConfig with(String key, @Nullable Object value);

  /** A copy without {@code key} and other spellings of it. What was read is not shared. */
  HfConfig without(String key);

  /**
   * This config, in which a key that is absent or null has the value that a class takes by default.
   * What is read of it is read of this one too.
   *
   * @param value as {@link #with} takes it
   */
  HfConfig withDefault(String key, Object value);

  /**
   * Keys that were not read, in the file's order; those of nested objects that were opened with
   * their path.
   */
  Set<String> unread();
}
