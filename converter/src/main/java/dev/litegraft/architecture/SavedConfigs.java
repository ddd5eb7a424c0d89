package dev.litegraft.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.checkpoint.config.HfConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration classes of transformers save, by which a config of an unknown class is
 * near to a known one.
 *
 * <p>Source: the configuration classes of transformers 4.57.6 and 5.18.0 with their defaults.
 */
final class SavedConfigs {
  private static final String FILE = "saved-configs.txt";

  /** Under which a line lists the keys that are null. */
  private static final String NULLS = "null";

  /** A key that a hand-written config leaves out says less than one that a family never has. */
  private static final double ABSENT = 0.1;

  /** Values tell families apart whose keys are the same. */
  private static final double VALUES = 0.3;

  /** Models of one family differ in these, and are not what their class's defaults are. */
  private static final Set<String> OF_A_MODEL =
      Set.of("layer_norm_eps", "type_vocab_size", "tie_word_embeddings");

  private final List<Saved> all;
  private final Map<String, Integer> readers;

  /** What a model_type saves under one release. */
  private record Saved(String modelType, HfConfig config, Set<String> keys) {
    static Saved of(String modelType, String json) {
      HfConfig config = HfConfig.parse(json, FILE);
      Set<String> keys = new HashSet<>(config.keys());
      if (keys.remove(NULLS)) {
        keys.addAll(config.texts(NULLS));
      }
      return new Saved(modelType, config, keys);
    }
  }

  /** A sum's rounding makes no family nearer than one before it. */
  static final double ROUNDING = 1e-9;

  private SavedConfigs(List<Saved> all) {
    this.all = all;
    Map<String, Set<String>> types = new HashMap<>();
    for (Saved saved : all) {
      for (String key : saved.keys()) {
        types.computeIfAbsent(key, k -> new HashSet<>()).add(saved.modelType());
      }
    }
    readers = new HashMap<>();
    types.forEach((key, of) -> readers.put(key, of.size()));
  }

  /** Reads the list, which only an error needs. */
  static SavedConfigs read() {
    List<Saved> all = new ArrayList<>();
    try (InputStream in =
            Objects.requireNonNull(SavedConfigs.class.getResourceAsStream(FILE), FILE);
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int brace = line.indexOf('{');
        if (!line.startsWith("#") && brace > 0) {
          String modelType = line.substring(0, line.indexOf(' '));
          all.add(Saved.of(modelType, line.substring(brace)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of the program cannot be read", e);
    }
    return new SavedConfigs(all);
  }

  /**
   * How near a config is to what a family saves: the shared part of their keys, of which rare ones
   * count most, and of the values; 0 where no key is shared.
   */
  double likeness(HfConfig config, Architecture family) {
    return all.stream()
        .filter(saved -> saved.modelType().equals(family.modelType()))
        .mapToDouble(saved -> likeness(config, saved))
        .max()
        .orElse(0);
  }

  private double likeness(HfConfig config, Saved saved) {
    double shared = 0;
    double foreign = 0;
    int known = 0;
    int equal = 0;
    for (Map.Entry<String, Integer> reader : readers.entrySet()) {
      String key = reader.getKey();
      int count = reader.getValue();
      if (!isThere(config, key)) {
        continue;
      }
      known++;
      if (saved.keys().contains(key)) {
        shared += 1.0 / count;
        boolean same = isSame(config.value(key), saved.config().value(key));
        equal += same && !OF_A_MODEL.contains(key) ? 1 : 0;
      } else {
        foreign += 1.0 / count;
      }
    }
    if (shared == 0) {
      return 0;
    }
    double absent =
        saved.keys().stream()
            .filter(key -> !isThere(config, key) && !key.contains("dropout"))
            .mapToDouble(key -> 1.0 / readers.getOrDefault(key, 1))
            .sum();
    return shared / (shared + foreign + ABSENT * absent) + VALUES * equal / known;
  }

  /** A key that is null is not among the keys, and yet its class saved it. */
  private static boolean isThere(HfConfig config, String key) {
    return config.keys().contains(key) || config.isNull(key);
  }

  private static boolean isSame(@Nullable Object own, @Nullable Object saved) {
    if (own instanceof Number a && saved instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    return !(saved instanceof List) && !(saved instanceof Map) && Objects.equals(own, saved);
  }
}
