package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The added tokens of a tokenizer, which get their ids as the tokenizers library gives them: that
 * of the vocabulary where it has the token, else the next free one. The ids that a file names are
 * not asked.
 *
 * <p>Source: {@code tokenizers/src/tokenizer/added_vocabulary.rs}.
 */
final class AddedTokens {
  /** More than any embedding has rows. */
  private static final int MAX_ID = 1 << 28;

  /** Stands in no text: no character has this code point. */
  private static final String NOWHERE = Character.toString(Character.MAX_CODE_POINT);

  private final Vocabulary vocabulary;
  private final Map<String, Integer> ids = new HashMap<>();
  private final TreeMap<Integer, AddedToken> tokens = new TreeMap<>();
  private final Set<AddedToken> known = new HashSet<>();
  private int highest = -1;

  // How the tokens are looked for, as tokenizers before 0.23 does: a special token as it was first
  // given, others in each way that they were given.
  private final Map<String, Boolean> specialNormalized = new HashMap<>();
  private final Map<String, Boolean> plainNormalized = new HashMap<>();
  private boolean looksAsFirstGiven;

  AddedTokens(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * Tokenizers before 0.23 keep looking for a special token in the normalized text or not as it was
   * first given, whatever is said of it later; what it says of itself is what was said last.
   */
  void lookAsFirstGiven() {
    looksAsFirstGiven = true;
  }

  private boolean isNormalized(AddedToken token) {
    String content = token.content();
    return looksAsFirstGiven
        ? specialNormalized.getOrDefault(content, false)
            || plainNormalized.getOrDefault(content, false)
        : token.isNormalized();
  }

  /** Adds tokens, or gives those that are there already their new properties. */
  void add(Collection<AddedToken> added) {
    for (AddedToken token : added) {
      if (token.special()) {
        specialNormalized.putIfAbsent(token.content(), token.isNormalized());
      }
    }
    // Before 0.23 what was there when the call began counts as known, though it was changed since.
    Set<AddedToken> met = looksAsFirstGiven ? new HashSet<>(known) : known;
    for (AddedToken one : added) {
      AddedToken token = one.resolved();
      if (token.content().isEmpty() || met.contains(token)) {
        continue;
      }
      Integer id = id(token.content());
      if (id == null) {
        id = highest >= vocabulary.size() ? highest + 1 : vocabulary.size();
      }
      ids.put(token.content(), id);
      if (!specialNormalized.containsKey(token.content())) {
        plainNormalized.merge(token.content(), token.isNormalized(), Boolean::logicalOr);
      }
      AddedToken before = tokens.put(id, token);
      if (before != null) {
        known.remove(before);
      }
      known.add(token);
      met.add(token);
      if (id < 0 || id > MAX_ID) {
        throw new TokenizerException(
            "token \""
                + token.content()
                + "\" has the id "
                + id
                + ", where at most "
                + MAX_ID
                + " is possible",
            "the vocabulary",
            "copy the file again from where the model was trained");
      }
      highest = Math.max(highest, id);
    }
  }

  /** The id of an added token or one of the vocabulary, or null. */
  @Nullable Integer id(String token) {
    Integer id = ids.get(token);
    return id != null ? id : vocabulary.id(token);
  }

  boolean contains(String token) {
    return ids.containsKey(token);
  }

  /**
   * After this no text holds a special token. Those that the vocabulary does not know keep their
   * ids, which others count on.
   */
  void hideSpecial() {
    tokens.values().removeIf(token -> token.special() && vocabulary.id(token.content()) != null);
    tokens.replaceAll(
        (id, token) ->
            token.special() ? AddedToken.special(NOWHERE + token.content()).resolved() : token);
  }

  /**
   * After the normalizer was changed: the library still looks for the tokens as the old one wrote
   * them, in texts that the new one wrote.
   *
   * @param before what the old normalizer makes of a token
   * @param now what the new one makes of it
   */
  void keepNormalizedAs(UnaryOperator<String> before, UnaryOperator<String> now) {
    for (Map.Entry<Integer, AddedToken> entry : List.copyOf(tokens.entrySet())) {
      AddedToken token = entry.getValue();
      String pattern = before.apply(token.content());
      if (!isNormalized(token) || pattern.equals(now.apply(token.content()))) {
        continue;
      }
      boolean found = pattern.equals(now.apply(pattern)) && !ids.containsKey(pattern);
      // One that is never found keeps its place: ids behind it count on it.
      AddedToken kept =
          found ? token.withContent(pattern) : AddedToken.special(NOWHERE + token.content());
      tokens.put(entry.getKey(), kept.resolved());
      plainNormalized.put(kept.content(), found);
      ids.put(kept.content(), entry.getKey());
    }
  }

  /** As {@code tokenizer.json} lists them. */
  List<@Nullable Object> json() {
    List<@Nullable Object> json = new ArrayList<>();
    tokens.forEach((id, token) -> json.add(token.withNormalized(isNormalized(token)).json(id)));
    return json;
  }
}
