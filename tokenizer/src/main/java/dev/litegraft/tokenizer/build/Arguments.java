package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The arguments that a tokenizer class is called with when a folder is loaded: those of the
 * folder's files over the class's defaults.
 *
 * <p>Source: {@code PreTrainedTokenizerBase._from_pretrained} of each version.
 */
final class Arguments {
  private static final String ADDITIONAL = "additional_special_tokens";
  private static final String EXTRA = "extra_special_tokens";

  final Map<String, @Nullable Object> values = new LinkedHashMap<>();

  /** Tokens of the model beside the seven with a name of their own; version 5 reads them. */
  final Map<String, @Nullable Object> ofModel = new LinkedHashMap<>();

  /** Added tokens by the ids that the files give them; only their order counts. */
  final TreeMap<Integer, AddedToken> added = new TreeMap<>();

  private final Folder folder;
  private final boolean five;
  private final Map<String, AddedToken> addedByText = new HashMap<>();

  private Arguments(Folder folder, boolean five) {
    this.folder = folder;
    this.five = five;
  }

  static Arguments of(Folder folder, TokenizerClass tokenizerClass, Library library) {
    Arguments arguments = new Arguments(folder, library.major() >= 5);
    arguments.readConfig();
    if (arguments.folder.tokenizerConfig.get("added_tokens_decoder") instanceof Map<?, ?> decoder) {
      arguments.readDecoder(decoder);
    } else {
      arguments.readOldFiles();
    }
    arguments.nameTokens();
    tokenizerClass
        .defaults()
        .forEach(
            (key, value) -> {
              if (!arguments.values.containsKey(key)) { // null is a value, too
                arguments.values.put(key, token(value, false));
              }
            });
    return arguments;
  }

  private void readConfig() {
    folder.tokenizerConfig.forEach((key, value) -> values.put(key, token(value, false)));
    values.remove("tokenizer_class");
    values.remove("added_tokens_decoder");
    if (!five) {
      return;
    }
    if (folder.hasTokenizerJson()) {
      values.remove("add_bos_token");
      values.remove("add_eos_token");
    }
    if (values.containsKey(ADDITIONAL) && !Keys.truth(values.get(EXTRA))) {
      values.put(EXTRA, values.remove(ADDITIONAL));
    }
    for (String key : List.copyOf(values.keySet())) {
      if (key.endsWith("_token")
          && !SpecialTokens.NAMES.contains(key)
          && AddedToken.text(values.get(key)) != null) {
        ofModel.put(key, values.remove(key));
      }
    }
    takeNamedExtra();
  }

  /** Version 5: {@code extra_special_tokens} that have names. */
  private void takeNamedExtra() {
    if (values.get(EXTRA) instanceof Map<?, ?> extra) {
      extra.forEach((key, value) -> ofModel.put(String.valueOf(key), value));
      values.remove(EXTRA);
    }
  }

  private void readDecoder(Map<?, ?> decoder) {
    decoder.forEach(
        (id, token) -> {
          if (token instanceof Map<?, ?> json) {
            put(number(String.valueOf(id)), AddedToken.of(json, false));
          }
        });
  }

  private int number(String id) {
    try {
      return Integer.parseInt(id);
    } catch (NumberFormatException e) {
      throw new TokenizerException(
          "an added token has the id \"" + id + "\", where a whole number is needed",
          folder.files.where("tokenizer_config.json") + ", added_tokens_decoder",
          "correct the id in a copy of the folder, or copy the file again");
    }
  }

  private void put(int id, AddedToken token) {
    added.put(id, token);
    addedByText.put(token.content(), token);
  }

  /** Without {@code added_tokens_decoder} older files are read. */
  private void readOldFiles() {
    folder.specialTokensMap.forEach(this::readSpecial);
    if (five) {
      takeNamedExtra();
    }
    if (folder.files.has("added_tokens.json")) {
      readAddedTokens();
    }
    Map<String, @Nullable Object> json = folder.tokenizerJson;
    for (Object entry : Keys.list(json, "added_tokens")) {
      if (entry instanceof Map<?, ?> token && token.get("id") instanceof Number id) {
        put(id.intValue(), AddedToken.of(token, false));
      }
    }
  }

  private void readSpecial(String key, @Nullable Object value) {
    if (value instanceof Map<?, ?> json && !key.equals(EXTRA)) {
      values.put(key, AddedToken.of(json, true));
    } else if (value instanceof List<?> list && key.equals(five ? EXTRA : ADDITIONAL)) {
      Set<@Nullable Object> tokens = new LinkedHashSet<>();
      if (values.get(key) instanceof List<?> before) {
        tokens.addAll(before);
      }
      for (Object one : list) {
        tokens.add(one instanceof Map<?, ?> json ? AddedToken.of(json, true) : one);
      }
      values.put(key, new ArrayList<>(tokens));
    } else {
      values.put(key, token(value, true));
    }
  }

  private void readAddedTokens() {
    Set<String> special = new LinkedHashSet<>();
    for (String key : SpecialTokens.NAMES) {
      String text = AddedToken.text(values.get(key));
      if (text != null) {
        special.add(text);
      }
    }
    for (String key : five ? List.of(EXTRA) : List.of(ADDITIONAL)) {
      if (values.get(key) instanceof List<?> list) {
        list.forEach(token -> special.add(String.valueOf(AddedToken.text(token))));
      }
    }
    folder.addedTokens.forEach(
        (token, id) -> {
          if (id instanceof Number number) {
            boolean isSpecial = special.contains(token);
            AddedToken added = new AddedToken(token, false, false, false, !isSpecial, isSpecial);
            this.added.put(number.intValue(), added);
            if (five) {
              addedByText.put(token, added);
            }
          }
        });
  }

  /** Named tokens that are added tokens, too, get those' properties. */
  private void nameTokens() {
    for (String key : SpecialTokens.NAMES) {
      String text = AddedToken.text(values.get(key));
      if (text != null && addedByText.containsKey(text)) {
        values.put(key, addedByText.get(text));
      }
    }
  }

  /** Objects that stand for added tokens, as such, at any depth. */
  private static @Nullable Object token(@Nullable Object value, boolean special) {
    if (value instanceof Map<?, ?> json
        && (json.containsKey("__type") || json.get("content") instanceof String)) {
      return AddedToken.of(json, special);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> tokens = new ArrayList<>();
      list.forEach(one -> tokens.add(token(one, special)));
      return tokens;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> converted = new LinkedHashMap<>();
      map.forEach((key, one) -> converted.put(String.valueOf(key), token(one, special)));
      return converted;
    }
    return value;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** A setting that is true or false; null where it is null. */
  @Nullable Boolean flag(String key) {
    Object value = values.get(key);
    return value == null ? null : Keys.truth(value);
  }

  boolean isTrue(String key) {
    return Boolean.TRUE.equals(flag(key));
  }

  /**
   * The text of a token among the arguments; {@code "None"} where there is none, as Python says.
   */
  String text(String key) {
    String text = AddedToken.text(values.get(key));
    return text == null ? "None" : text;
  }

  /** A token given as a string becomes one that takes the space before it. */
  void withSpaceBefore(String key, boolean special, @Nullable Boolean normalized) {
    if (values.get(key) instanceof String text) {
      values.put(key, new AddedToken(text, false, true, false, normalized, special));
    }
  }

  /** Further special tokens of the class, where the arguments have none. */
  void additional(List<?> tokens) {
    if (values.get(ADDITIONAL) == null) {
      values.put(ADDITIONAL, tokens);
    }
  }

  /** Further special tokens that are arguments themselves, behind those that there are. */
  void addAdditional(List<String> keys) {
    List<@Nullable Object> tokens = new ArrayList<>();
    if (values.get(ADDITIONAL) instanceof List<?> before) {
      tokens.addAll(before);
    }
    for (String key : keys) {
      if (values.get(key) != null) {
        tokens.add(values.get(key));
      }
    }
    values.put(ADDITIONAL, tokens);
  }

  /** The special tokens that the constructor keeps. */
  SpecialTokens specialTokens() {
    SpecialTokens tokens = new SpecialTokens();
    for (String name : SpecialTokens.NAMES) {
      Object value = values.get(name);
      if (AddedToken.text(value) != null) {
        tokens.named.put(name, value);
      }
    }
    if (five) {
      tokens.named.putAll(ofModel);
      boolean additional = values.containsKey(ADDITIONAL) && !values.containsKey(EXTRA);
      addAll(tokens, values.get(additional ? ADDITIONAL : EXTRA));
    } else {
      addAll(tokens, values.get(ADDITIONAL));
      if (values.get(EXTRA) instanceof Map<?, ?> extra) {
        extra.values().forEach(token -> addAll(tokens, List.of(token)));
      }
    }
    return tokens;
  }

  private static void addAll(SpecialTokens tokens, @Nullable Object list) {
    if (list instanceof List<?> all) {
      for (Object token : all) {
        if (token != null && AddedToken.text(token) != null) {
          tokens.further.add(token);
        }
      }
    }
  }
}
