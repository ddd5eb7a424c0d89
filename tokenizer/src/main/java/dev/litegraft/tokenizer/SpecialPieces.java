package dev.litegraft.tokenizer;

import java.util.BitSet;

/**
 * Special tokens that stand in the model's own vocabulary, so that a word of a text can become one
 * of them though they are read as any other text: a Unigram model's {@code [CLS]} is a piece that
 * costs nothing.
 *
 * <p>Such a word is cut behind the first character of each of them, and its parts are encoded each
 * for itself. The library has no such rule: its {@code encode_special_tokens} leaves the piece.
 */
final class SpecialPieces {
  private final BitSet ids = new BitSet();
  private final Trie trie = new Trie();

  SpecialPieces(AddedTokens added, Model model) {
    for (String content : added.specials()) {
      int id = model.id(content);
      int[] points = content.codePoints().toArray();
      if (id != Vocabulary.NONE && points.length > 1) {
        ids.set(id);
        trie.put(points, 0, points.length, id);
      }
    }
  }

  /** Puts a word's tokens behind those of the row, none of them a special token. */
  void encode(Model model, Segment text, int from, int to, Tokens tokens) {
    int before = tokens.row.length;
    model.encode(text, from, to, tokens);
    if (!stands(tokens.row, before)) {
      return;
    }
    tokens.row.length = before;
    int begin = from;
    for (int at = from; at + 1 < to; at++) {
      if (beginsAt(text.points, at, to)) {
        model.encode(text, begin, at + 1, tokens);
        begin = at + 1;
      }
    }
    model.encode(text, begin, to, tokens);
  }

  private boolean stands(Row row, int from) {
    for (int i = from; i < row.length; i++) {
      if (ids.get(row.ids[i])) {
        return true;
      }
    }
    return false;
  }

  private boolean beginsAt(int[] points, int at, int to) {
    int node = Trie.ROOT;
    for (int i = at; i < to; i++) {
      node = trie.child(node, points[i]);
      if (node == Trie.NONE) {
        return false;
      }
      if (trie.value(node) != Trie.NONE) {
        return true;
      }
    }
    return false;
  }
}
