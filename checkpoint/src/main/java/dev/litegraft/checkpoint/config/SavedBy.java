package dev.litegraft.checkpoint.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which versions of the libraries wrote a folder. They decide what its files mean where versions
 * read them otherwise.
 *
 * @param transformers {@code 5.18.0}; absent where no file says it
 * @param sentenceTransformers {@code 6.0.1}; absent in folders of others and of its version 1
 */
public record SavedBy(Optional<String> transformers, Optional<String> sentenceTransformers) {
  /** Nothing is known. */
  public static final SavedBy UNKNOWN = new SavedBy(Optional.empty(), Optional.empty());

  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?.*");

  /** Of {@code __version__} in config_sentence_transformers.json. */
  public static SavedBy of(HfConfig sentence) {
    Optional<HfConfig> versions =
        sentence.value("__version__") instanceof java.util.Map
            ? sentence.at("__version__")
            : Optional.empty();
    sentence.has("__version__");
    versions.ifPresent(v -> v.keys().forEach(v::has));
    return new SavedBy(text(versions, "transformers"), text(versions, "sentence_transformers"));
  }

  /** Of {@code sentence_transformers} in a CrossEncoder's config.json. */
  static SavedBy ofCrossEncoder(HfConfig written) {
    return new SavedBy(Optional.empty(), text(Optional.of(written), "version"));
  }

  /** The same; where nothing is known of transformers, what config.json says. */
  public SavedBy orOf(HfConfig config) {
    return transformers.isPresent()
        ? this
        : new SavedBy(text(Optional.of(config), "transformers_version"), sentenceTransformers);
  }

  private static Optional<String> text(Optional<HfConfig> config, String key) {
    return config
        .map(c -> c.value(key))
        .filter(value -> value instanceof String s && VERSION.matcher(s).matches())
        .map(String::valueOf);
  }

  /** Whether transformers is known to be of this version or later. */
  public boolean transformersAtLeast(int major, int minor) {
    return transformers.map(v -> atLeast(v, major, minor)).orElse(false);
  }

  /** Whether transformers is known to be older than this version. */
  public boolean transformersBefore(int major, int minor) {
    return transformers.map(v -> !atLeast(v, major, minor)).orElse(false);
  }

  /** Whether sentence-transformers is known to be older than this version. */
  public boolean sentenceTransformersBefore(int major, int minor) {
    return sentenceTransformers.map(v -> !atLeast(v, major, minor)).orElse(false);
  }

  private static boolean atLeast(String version, int major, int minor) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return false;
    }
    int first = Integer.parseInt(parts.group(1));
    int second = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    return first > major || (first == major && second >= minor);
  }
}
