package dev.litegraft.tokenizer.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The special tokens that a tokenizer's arguments name: the seven with a name of their own, in the
 * library's order, then those of the model, then further ones. Each is a string or an {@link
 * AddedToken}.
 */
final class SpecialTokens {
  static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  final Map<String, @Nullable Object> named = new LinkedHashMap<>();
  final List<Object> further = new ArrayList<>();

  SpecialTokens() {
    NAMES.forEach(name -> named.put(name, null));
  }

  /** The text of {@code bos_token} or another of {@link #NAMES}. */
  Optional<String> text(String name) {
    return Optional.ofNullable(AddedToken.text(named.get(name)));
  }

  /** All texts, once each. */
  Set<String> texts() {
    Set<String> texts = new LinkedHashSet<>();
    for (Object token : all()) {
      String text = AddedToken.text(token);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** All tokens; of several with the same text the first. */
  List<Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Object token : named.values()) {
      put(all, token);
    }
    further.forEach(token -> put(all, token));
    return List.copyOf(all.values());
  }

  private static void put(Map<String, Object> all, @Nullable Object token) {
    String text = AddedToken.text(token);
    if (token != null && text != null && !text.isEmpty()) {
      all.putIfAbsent(text, token);
    }
  }

  /** The id of a token with a name; of one that the tokenizer does not know the unknown token's. */
  @Nullable Integer id(String name, Draft draft) {
    Optional<String> text = text(name);
    return text.isPresent() ? idOf(text.get(), draft) : null;
  }

  @Nullable Integer idOf(String text, Draft draft) {
    Integer id = draft.id(text);
    return id != null ? id : text("unk_token").map(draft::id).orElse(null);
  }
}
