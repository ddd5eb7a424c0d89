package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Norm;
import dev.litegraft.checkpoint.SentenceTransformer.Splade;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the modules of a sentence-transformers folder that have settings of their own, each from
 * the {@code config.json} in its folder. Every key is read, or named in the notes.
 *
 * <p>Source: {@code sentence_transformers/base/modules} and {@code
 * sentence_transformers/sparse_encoder/modules}.
 */
final class ModuleReader {
  /** What can be converted, for messages. */
  static final String TRY =
      "use a model of the modules Transformer, Pooling, Dense, LayerNorm and Normalize";

  private static final String VECTOR = "sentence_embedding";
  private static final String SCORES = "scores";
  private static final String TOKENS = "token_embeddings";
  private static final String DOWNLOAD = "download the folder again, with all of its files";
  private static final String NOT_TOGETHER =
      "download the folder again; its files do not belong together";

  private final Path folder;
  private final List<String> notes;

  /**
   * @param folder the whole one
   * @param notes what is added to
   */
  ModuleReader(Path folder, List<String> notes) {
    this.folder = folder;
    this.notes = notes;
  }

  /** A module's settings. */
  static HfConfig config(Path path) throws IOException {
    Path file = path.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new InvalidCheckpointException(
          "the module's folder has no " + file.getFileName(),
          String.valueOf(file.getParent()),
          DOWNLOAD);
    }
    return HfConfig.read(file);
  }

  /** A note of the keys that nobody read; empty without any. */
  static List<String> unknown(HfConfig config) {
    List<String> keys = config.unread().stream().filter(k -> config.value(k) != null).toList();
    return keys.isEmpty()
        ? List.of()
        : List.of("keys of " + config.where() + " that are not known: " + keys);
  }

  /**
   * A layer, and whether it makes the scores that a CrossEncoder answers with.
   *
   * @param dense the layer
   * @param scores whether nothing may follow
   */
  record Layer(Dense dense, boolean scores) {}

  /**
   * Reads a dense layer.
   *
   * @param width numbers that the module before it makes; 0 where vectors are those of tokens and
   *     their width is not known
   * @param ofTokens whether it reads the vectors of tokens, and not that of a text
   */
  Layer dense(Path path, int width, boolean ofTokens) throws IOException {
    HfConfig config = config(path);
    int in = config.integer("in_features");
    if (in != width && !(ofTokens && width == 0)) {
      throw doesNotFollow("in_features", in, width, config);
    }
    requireName(config, "module_input_name", vectors(ofTokens));
    boolean scores = config.text("module_output_name", vectors(ofTokens)).equals(SCORES);
    if (!scores) {
      requireName(config, "module_output_name", vectors(ofTokens));
    }
    Dense dense =
        new Dense(
            name(path),
            path,
            in,
            config.integer("out_features"),
            config.flag("bias", true),
            DenseActivation.read(config, notes),
            config.flag("use_residual", false),
            config.where() + ", activation_function");
    notes.addAll(unknown(config));
    return new Layer(dense, scores);
  }

  /** Reads a norm over vectors of {@code width} numbers. */
  Norm norm(Path path, int width) throws IOException {
    HfConfig config = config(path);
    int dimension = config.integer("dimension");
    if (dimension != width) {
      throw doesNotFollow("dimension", dimension, width, config);
    }
    notes.addAll(unknown(config));
    return new Norm(name(path), path, width);
  }

  /** Older versions wrote no config for Normalize, which has no other meaning. */
  void requireNormalize(Path path, boolean ofTokens) throws IOException {
    if (!path.equals(folder) && Files.isRegularFile(path.resolve("config.json"))) {
      HfConfig config = config(path);
      requireName(config, "module_input_name", vectors(ofTokens));
      requireName(config, "module_output_name", vectors(ofTokens));
      notes.addAll(unknown(config));
    }
  }

  /** Reads what a sparse encoder makes of the weights of words. */
  static Splade splade(Path path) throws IOException {
    HfConfig config = config(path);
    config.has("embedding_dimension");
    config.has("word_embedding_dimension");
    return new Splade(
        oneOf(config, "pooling_strategy", "max", "sum"),
        oneOf(config, "activation_function", "relu", "log1p_relu"));
  }

  /** Whether a key says the second of two values; the first is the usual one. */
  private static boolean oneOf(HfConfig config, String key, String usual, String other) {
    String value = config.text(key, usual);
    if (!value.equals(usual) && !value.equals(other)) {
      throw new InvalidCheckpointException(
          key + " is " + Json.show(value) + ", where " + usual + " or " + other + " is known",
          config.where() + ", " + key,
          "compare the file with the model's original one");
    }
    return value.equals(other);
  }

  /** What modules read and make: the vector of a text, or those of its tokens. */
  private static String vectors(boolean ofTokens) {
    return ofTokens ? TOKENS : VECTOR;
  }

  private static void requireName(HfConfig config, String key, String wanted) {
    String name = config.text(key, wanted);
    if (!name.equals(wanted)) {
      throw new InvalidCheckpointException(
          key + " is " + Json.show(name) + ", where " + wanted + " can be converted",
          config.where(),
          TRY);
    }
  }

  private String name(Path path) {
    return folder.normalize().relativize(path.normalize()).toString().replace('\\', '/');
  }

  private static InvalidCheckpointException doesNotFollow(
      String key, int value, int width, HfConfig config) {
    return new InvalidCheckpointException(
        key + " is " + value + ", but the module before it makes " + width + " numbers",
        config.where(),
        NOT_TOGETHER);
  }
}
