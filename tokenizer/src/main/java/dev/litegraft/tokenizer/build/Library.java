package dev.litegraft.tokenizer.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one version of transformers knows of its tokenizers: recorded by record_classes.py. */
final class Library {
  static final Library FOUR = new Library(4);
  static final Library FIVE = new Library(5);

  private final int major;
  private @Nullable Map<String, @Nullable Object> read;
  private @Nullable Set<String> arguments;

  private Library(int major) {
    this.major = major;
  }

  int major() {
    return major;
  }

  private synchronized Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = read;
    if (json == null) {
      String name = "transformers-" + major + ".json";
      try (InputStream in = Objects.requireNonNull(Library.class.getResourceAsStream(name), name)) {
        json = Json.object(in.readAllBytes(), name);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      read = json;
    }
    return json;
  }

  /** The class's name of a {@code model_type}'s configuration, or null where it has none. */
  @Nullable String classOfConfiguration(@Nullable String modelType) {
    return modelType == null
        ? null
        : classOfModel(Keys.text(Keys.map(json(), "configurations"), modelType));
  }

  /** The class's name that a {@code model_type} has, or null. */
  @Nullable String classOfModel(@Nullable String modelType) {
    return modelType == null ? null : Keys.text(Keys.map(json(), "model_types"), modelType);
  }

  /** Whether version 5 does not believe what folders of this model type name as their class. */
  boolean doubtsClassOf(@Nullable String modelType) {
    return Keys.list(json(), "wrong_on_the_hub").contains(modelType);
  }

  /** The class that a name stands for, or null where this version has none of the name. */
  @Nullable TokenizerClass named(String name) {
    Map<String, @Nullable Object> names = Keys.map(json(), "names");
    String found = Keys.text(names, name);
    if (found == null && name.endsWith("Fast")) {
      found = Keys.text(names, name.substring(0, name.length() - "Fast".length()));
    }
    Map<String, @Nullable Object> classes = Keys.map(json(), "classes");
    if (found == null || !classes.containsKey(found)) {
      return null;
    }
    return TokenizerClass.of(found, Keys.map(classes, found));
  }

  /** Whether any class of this version has an argument of this name. */
  synchronized boolean knowsArgument(String name) {
    Set<String> known = arguments;
    if (known == null) {
      known = new HashSet<>();
      for (Object one : Keys.map(json(), "classes").values()) {
        if (one instanceof Map<?, ?> json && json.get("defaults") instanceof Map<?, ?> defaults) {
          for (Object key : defaults.keySet()) {
            known.add(String.valueOf(key));
          }
        }
      }
      arguments = known;
    }
    return known.contains(name);
  }

  /** The class without rules of its own. */
  TokenizerClass plain() {
    return Objects.requireNonNull(
        named(major == 4 ? "PreTrainedTokenizerFast" : "TokenizersBackend"));
  }
}
