package dev.litegraft.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.checkpoint.config.HfConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which keys of a config.json the class of a family reads, of those that change answers: one that
 * it never reads cannot change its answer, whatever another family makes of it.
 *
 * <p>Source: the configuration and modeling files of transformers 4.57.6 and 5.18.0, searched for
 * the keys' names.
 */
final class ClassKeys {
  private static final String FILE = "keys-of-classes.txt";
  private static final Map<String, Set<String>> BY_MODEL_TYPE = read();

  private static final Set<String> ALL =
      BY_MODEL_TYPE.values().stream().flatMap(Set::stream).collect(Collectors.toSet());

  private ClassKeys() {}

  /** Whether a family's class may read a key; of a family that was not searched, all. */
  static Predicate<String> of(Architecture family) {
    Set<String> keys = BY_MODEL_TYPE.get(family.modelType());
    return keys == null ? key -> true : keys::contains;
  }

  /**
   * How much of what a config has a family's class reads: 0 to 1, where keys that few classes read
   * count most; 0 where it reads none.
   */
  static double likeness(HfConfig config, Architecture family) {
    Set<String> own = BY_MODEL_TYPE.getOrDefault(family.modelType(), Set.of());
    double read = 0;
    double known = 0;
    for (String key : ALL) {
      long readers = BY_MODEL_TYPE.values().stream().filter(keys -> keys.contains(key)).count();
      boolean there = config.keys().contains(key);
      read += there && own.contains(key) ? 1.0 / readers : 0;
      known += there ? 1.0 / readers : 0;
    }
    return known == 0 ? 0 : read / known;
  }

  private static Map<String, Set<String>> read() {
    Map<String, Set<String>> all = new HashMap<>();
    try (InputStream in = Objects.requireNonNull(ClassKeys.class.getResourceAsStream(FILE), FILE);
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(':');
        if (!line.startsWith("#") && colon > 0) {
          all.put(
              line.substring(0, colon), Set.of(line.substring(colon + 1).trim().split(" ", -1)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of the program cannot be read", e);
    }
    return Map.copyOf(all);
  }
}
