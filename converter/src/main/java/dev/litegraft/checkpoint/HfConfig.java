package dev.litegraft.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A Hugging Face {@code config.json}: typed reads that tick off what was read. Old and new
 * spellings of a key are the same key here ({@code rope_theta} or {@code
 * rope_parameters.rope_theta}, {@code torch_dtype} or {@code dtype}).
 *
 * <p>A key that is absent and one whose value is null are the same.
 */
public interface HfConfig {
  /** Where the config was read, for messages: the file, and the path of a nested object. */
  String where();

  /** Whether the key is there and not null; ticks it off. */
  boolean has(String key);

  /** A whole number, required. */
  int integer(String key);

  /** A whole number. */
  int integer(String key, int absent);

  /** A number, required. */
  double number(String key);

  /** A number. */
  double number(String key, double absent);

  /** True or false. */
  boolean flag(String key, boolean absent);

  /** A string, required. */
  String text(String key);

  /** A string. */
  String text(String key, String absent);

  /** A list of strings; empty where absent. */
  List<String> texts(String key);

  /** A list of numbers; empty where absent. */
  List<Double> numbers(String key);

  /** A nested object. */
  Optional<HfConfig> at(String key);

  /**
   * A copy in which {@code key} has another value: a String, Boolean, Number, Map, List or null.
   * What was read is not shared.
   */
  HfConfig with(String key, @org.jspecify.annotations.Nullable Object value);

  /**
   * Keys that were not read, in the file's order; those of nested objects that were opened with
   * their path.
   */
  Set<String> unread();
}
