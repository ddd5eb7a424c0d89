package dev.litegraft.tokenizer.build;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token that is found in the text before anything else, as {@code tokenizers.AddedToken}.
 *
 * @param normalized whether it is looked for in the normalized text; null is the opposite of {@code
 *     special}
 */
record AddedToken(
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    @Nullable Boolean normalized,
    boolean special) {

  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, null, true);
  }

  /** A token that takes the space before it, as a mask's. */
  static AddedToken withSpaceBefore(String content) {
    return new AddedToken(content, false, true, false, null, false);
  }

  /** Of its JSON; {@code special} may be missing there. */
  static AddedToken of(Map<?, ?> json, boolean special) {
    Object normalized = json.get("normalized");
    return new AddedToken(
        json.get("content") instanceof String content ? content : "",
        Boolean.TRUE.equals(json.get("single_word")),
        Boolean.TRUE.equals(json.get("lstrip")),
        Boolean.TRUE.equals(json.get("rstrip")),
        normalized instanceof Boolean flag ? flag : null,
        special || Boolean.TRUE.equals(json.get("special")));
  }

  /** The text of a token that is given as a string or as this; null of anything else. */
  static @Nullable String text(@Nullable Object token) {
    return token instanceof AddedToken added
        ? added.content()
        : token instanceof String text ? text : null;
  }

  AddedToken asSpecial(boolean isSpecial) {
    return new AddedToken(content, singleWord, lstrip, rstrip, normalized, isSpecial);
  }

  AddedToken withNormalized(boolean isNormalized) {
    return new AddedToken(content, singleWord, lstrip, rstrip, isNormalized, special);
  }

  AddedToken withContent(String other) {
    return new AddedToken(other, singleWord, lstrip, rstrip, normalized, special);
  }

  /** With {@code normalized} written out, as the tokenizers library keeps it. */
  AddedToken resolved() {
    return new AddedToken(content, singleWord, lstrip, rstrip, isNormalized(), special);
  }

  boolean isNormalized() {
    return normalized == null ? !special : normalized;
  }

  Map<String, @Nullable Object> json(int id) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("content", content);
    json.put("single_word", singleWord);
    json.put("lstrip", lstrip);
    json.put("rstrip", rstrip);
    json.put("normalized", isNormalized());
    json.put("special", special);
    return json;
  }
}
