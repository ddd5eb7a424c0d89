package dev.litegraft.tokenizer;

import org.jspecify.annotations.Nullable;

/**
 * Turns words into tokens. Immutable, apart from a cache that any thread may use.
 *
 * <p>Source: {@code tokenizers/src/models}.
 */
sealed interface Model permits WordPiece, WordLevel, Bpe, Unigram {
  /** The tokens of a word: code points of {@code text} from one index to another. */
  void encode(Segment text, int from, int to, Tokens out);

  /** The tokens that it knows. */
  Vocabulary vocabulary();

  /** How many tokens the library says that it knows. */
  int size();

  /** The id of a token, or {@link Vocabulary#NONE}. */
  default int id(String token) {
    return vocabulary().id(token);
  }

  /** The token of an id, or null. */
  default @Nullable String token(int id) {
    int entry = vocabulary().entryOf(id);
    return entry == Vocabulary.NONE ? null : vocabulary().text(entry);
  }
}
