package dev.litegraft.tokenizer;

/**
 * The longest token that the word begins with, then the longest that what is left begins with.
 *
 * <p>Source: {@code tokenizers/src/models/wordpiece}; Google's {@code WordpieceTokenizer}.
 */
final class WordPiece implements Model {
  private final Vocabulary vocabulary;
  private final Trie trie;
  private final int within; // the node behind the prefix of tokens within a word
  private final int unknown;
  private final int longestWord;

  WordPiece(Vocabulary vocabulary, String prefix, int unknown, int longestWord) {
    this.vocabulary = vocabulary;
    this.unknown = unknown;
    this.longestWord = longestWord;
    this.trie = new Trie();
    vocabulary.fill(trie);
    int node = Trie.ROOT;
    for (int point : prefix.codePoints().toArray()) {
      node = node == Trie.NONE ? Trie.NONE : trie.child(node, point);
    }
    this.within = node;
  }

  @Override
  public void encode(Segment text, int from, int to, Tokens out) {
    if (to - from > longestWord) {
      out.add(text, unknown, from, to);
      return;
    }
    int before = out.row.length;
    int[] points = text.points;
    int at = from;
    while (at < to) {
      int node = at == from ? Trie.ROOT : within;
      int id = Trie.NONE;
      int end = at;
      for (int i = at; i < to && node != Trie.NONE; i++) {
        node = trie.child(node, points[i]);
        if (node != Trie.NONE && trie.value(node) != Trie.NONE) {
          id = trie.value(node);
          end = i + 1;
        }
      }
      if (id == Trie.NONE) {
        out.row.length = before;
        out.add(text, unknown, from, to);
        return;
      }
      out.add(text, id, at, end);
      at = end;
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int size() {
    return vocabulary.size();
  }
}
