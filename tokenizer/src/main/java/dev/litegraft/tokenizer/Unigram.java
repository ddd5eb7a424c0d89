package dev.litegraft.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The most probable way to cut a text into pieces of a vocabulary.
 *
 * <p>Source: {@code tokenizers/src/models/unigram/model.rs}, {@code encode_optimized};
 * SentencePiece's {@code unigram_model.cc}.
 */
final class Unigram implements Model {
  private static final double UNKNOWN_PENALTY = 10.0;

  private final Vocabulary vocabulary;
  private final Trie trie;
  private final double[] scores; // [id]
  private final double unknownScore;
  private final int unknown;
  private final int @Nullable [] bytes; // [byte]: its token, where all have one
  private final int[] byteIds;

  /**
   * A model.
   *
   * @param vocabulary pieces, whose ids are their places in the file; the last of equal ones counts
   * @param scores of each piece of the file, [id]
   */
  Unigram(Vocabulary vocabulary, double[] scores, int unknown, boolean byteFallback) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.unknown = unknown;
    double least = Double.POSITIVE_INFINITY;
    for (double score : scores) {
      least = score < least ? score : least;
    }
    this.unknownScore = least - UNKNOWN_PENALTY;
    this.trie = new Trie();
    vocabulary.fill(trie);
    this.byteIds = new int[256];
    Arrays.fill(byteIds, Vocabulary.NONE);
    if (byteFallback) {
      for (int b = 0; b < 256; b++) {
        byteIds[b] = vocabulary.id(Bpe.byteToken(b));
      }
    }
    this.bytes = byteFallback ? byteIds : null;
  }

  @Override
  public void encode(Segment text, int from, int to, Tokens out) {
    int size = to - from;
    Tokens.Scratch scratch = out.scratch;
    scratch.room(size);
    if (scratch.scores.length <= size) {
      scratch.scores = new double[scratch.ints.length];
    }
    int[] ids = scratch.ints; // of the best piece that ends at a place
    int[] begins = scratch.lengths; // where it begins; -1 where none ends
    double[] best = scratch.scores; // of the best way to that place
    Arrays.fill(begins, 0, size + 1, -1);
    best[0] = 0;
    int[] points = text.points;
    for (int at = 0; at < size; at++) {
      double here = best[at];
      boolean single = false;
      int node = Trie.ROOT;
      for (int end = at; end < size; end++) {
        node = trie.child(node, points[from + end]);
        if (node == Trie.NONE) {
          break;
        }
        int id = trie.value(node);
        if (id != Trie.NONE) {
          single |= end == at;
          double score = scores[id] + here;
          if (begins[end + 1] < 0 || score > best[end + 1]) {
            best[end + 1] = score;
            begins[end + 1] = at;
            ids[end + 1] = id;
          }
        }
      }
      if (!single) {
        double score = unknownScore + here;
        if (begins[at + 1] < 0 || score > best[at + 1]) {
          best[at + 1] = score;
          begins[at + 1] = at;
          ids[at + 1] = unknown;
        }
      }
    }
    emit(text, from, size, scratch, out);
  }

  /** Walks back along the best way, then writes its pieces, unknown ones joined. */
  private void emit(Segment text, int from, int size, Tokens.Scratch scratch, Tokens out) {
    int[] ids = scratch.ints;
    int[] begins = scratch.lengths;
    int[] ends = scratch.nexts;
    int count = 0;
    for (int end = size; end > 0; end = begins[end]) {
      ends[count++] = end;
    }
    int begin = 0;
    for (int i = count - 1; i >= 0; i--) {
      int end = ends[i];
      if (ids[end] != unknown) {
        out.add(text, ids[end], from + begin, from + end);
        begin = end;
      } else if (i == 0 || ids[ends[i - 1]] != unknown) {
        emitUnknown(text, from + begin, from + end, out);
        begin = end;
      }
    }
  }

  private void emitUnknown(Segment text, int from, int to, Tokens out) {
    int id = trie.get(text.points, from, to);
    if (id == Trie.NONE && bytes != null && hasBytes(text, from, to)) {
      byte[] utf8 = new byte[4];
      for (int i = from; i < to; i++) {
        int length = Utf8.put(text.points[i], utf8, 0);
        for (int b = 0; b < length; b++) {
          out.add(text, bytes[utf8[b] & 0xFF], from, to);
        }
      }
      return;
    }
    out.addAsWritten(text, id == Trie.NONE ? unknown : id, from, to, (byte) 0);
  }

  private boolean hasBytes(Segment text, int from, int to) {
    byte[] utf8 = new byte[4];
    for (int i = from; i < to; i++) {
      int length = Utf8.put(text.points[i], utf8, 0);
      for (int b = 0; b < length; b++) {
        if (byteIds[utf8[b] & 0xFF] == Vocabulary.NONE) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int size() {
    return scores.length;
  }
}
