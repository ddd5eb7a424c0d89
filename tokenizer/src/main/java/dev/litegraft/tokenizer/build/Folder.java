package dev.litegraft.tokenizer.build;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON files of a folder, each read once. */
final class Folder {
  final TokenizerFiles files;
  final Map<String, @Nullable Object> tokenizerConfig;
  final Map<String, @Nullable Object> specialTokensMap;
  final Map<String, @Nullable Object> addedTokens;
  final Map<String, @Nullable Object> config;
  final Map<String, @Nullable Object> sentenceTransformers;

  private @Nullable Vocabulary vocabulary;

  /** {@code tokenizer.json}, or empty. */
  final Map<String, @Nullable Object> tokenizerJson;

  Folder(TokenizerFiles files) {
    this.files = files;
    this.tokenizerConfig = read("tokenizer_config.json");
    this.specialTokensMap = read("special_tokens_map.json");
    this.addedTokens = read("added_tokens.json");
    this.config = read("config.json");
    this.sentenceTransformers = read("config_sentence_transformers.json");
    this.tokenizerJson =
        files
            .file("tokenizer.json")
            .map(bytes -> Json.tokenizer(bytes, files.where("tokenizer.json")))
            .orElse(Map.of());
  }

  private Map<String, @Nullable Object> read(String name) {
    Optional<byte[]> file = files.file(name);
    return file.isPresent() ? Json.object(file.get(), files.where(name)) : Map.of();
  }

  /** The vocabulary of {@code tokenizer.json}, read once for both versions' readings. */
  Vocabulary vocabulary() {
    Vocabulary known = vocabulary;
    if (known == null) {
      known =
          Vocabulary.of(
              Keys.map(tokenizerJson, "model").get("vocab"), files.where("tokenizer.json"));
      vocabulary = known;
    }
    return known;
  }

  boolean hasTokenizerJson() {
    return files.has("tokenizer.json");
  }

  @Nullable String modelType() {
    return Keys.text(config, "model_type");
  }
}
