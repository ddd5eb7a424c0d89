package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tokenizer while it is made: the parts of {@code tokenizer.json}, each of which may change. */
final class Draft {
  final Map<String, @Nullable Object> model;
  final Vocabulary vocabulary;
  final AddedTokens added;
  @Nullable Object normalizer;
  @Nullable Object preTokenizer;
  @Nullable Object postProcessor;
  @Nullable Object decoder;

  /** Truncation and padding that the file was saved with: asked for sides and the padding token. */
  @Nullable Object truncation;

  @Nullable Object padding;

  /**
   * A tokenizer with nothing but a model.
   *
   * @param model its JSON without the vocabulary
   */
  Draft(Map<String, @Nullable Object> model, Vocabulary vocabulary) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.added = new AddedTokens(vocabulary);
  }

  /** As the tokenizers library loads {@code tokenizer.json}. */
  static Draft of(Map<String, @Nullable Object> tokenizerJson, Vocabulary vocabulary) {
    Draft draft = new Draft(Keys.map(tokenizerJson, "model"), vocabulary);
    draft.added.add(added(tokenizerJson));
    draft.normalizer = tokenizerJson.get("normalizer");
    draft.preTokenizer = tokenizerJson.get("pre_tokenizer");
    draft.postProcessor = tokenizerJson.get("post_processor");
    draft.decoder = tokenizerJson.get("decoder");
    draft.truncation = tokenizerJson.get("truncation");
    draft.padding = tokenizerJson.get("padding");
    return draft;
  }

  /** The added tokens of a {@code tokenizer.json} in its order. */
  static List<AddedToken> added(Map<String, @Nullable Object> tokenizerJson) {
    List<AddedToken> tokens = new ArrayList<>();
    for (Object token : Keys.list(tokenizerJson, "added_tokens")) {
      if (token instanceof Map<?, ?> json) {
        tokens.add(AddedToken.of(json, false));
      }
    }
    return tokens;
  }

  @Nullable Integer id(String token) {
    return added.id(token);
  }

  /** Everything but the vocabulary and the merges, as it is now. */
  Map<String, @Nullable Object> parts() {
    Map<String, @Nullable Object> parts = new LinkedHashMap<>();
    parts.put("normalizer", normalizer);
    parts.put("pre_tokenizer", preTokenizer);
    parts.put("added_tokens", added.json());
    parts.put("post_processor", postProcessor);
    parts.put("decoder", decoder);
    Map<String, @Nullable Object> settings = new LinkedHashMap<>(model);
    settings.remove("vocab");
    settings.remove("merges");
    parts.put("model", settings);
    return parts;
  }

  /** The whole {@code tokenizer.json}, without truncation and padding: those are settings. */
  byte[] json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("truncation", null);
    json.put("padding", null);
    json.put("added_tokens", added.json());
    json.put("normalizer", normalizer);
    json.put("pre_tokenizer", preTokenizer);
    json.put("post_processor", postProcessor);
    json.put("decoder", decoder);
    Map<String, @Nullable Object> whole = new LinkedHashMap<>(model);
    whole.put("vocab", vocabulary.json());
    json.put("model", whole);
    return Json.bytes(json);
  }
}
