package dev.litegraft.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;

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

  private ClassKeys() {}

  /** Whether a family's class may read a key; of a family that was not searched, all. */
  static Predicate<String> of(Architecture family) {
    Set<String> keys = BY_MODEL_TYPE.get(family.modelType());
    return keys == null ? key -> true : keys::contains;
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
