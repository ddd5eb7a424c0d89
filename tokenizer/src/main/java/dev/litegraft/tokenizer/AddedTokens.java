package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.unicode.Unicode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are found in a text before it is cut into words.
 *
 * <p>Source: {@code tokenizers/src/tokenizer/added_vocabulary.rs}: those that are not normalized
 * are looked for in the text as it was given, the others in what is left of it, normalized. Of
 * several that begin at a place the longest counts, and matches do not overlap.
 */
final class AddedTokens {
  /** One of them, as {@code tokenizer.json} states it. */
  record AddedToken(
      String content,
      boolean singleWord,
      boolean stripsLeft,
      boolean stripsRight,
      boolean normalized,
      boolean special) {}

  private static final int FILTER = 1 << 12;

  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, AddedToken> tokens = new HashMap<>();
  private final Map<Integer, String> normalizedContents = new HashMap<>(); // where they differ
  private final Set<String> special = new HashSet<>();
  private final Matching plain = new Matching();
  private final Matching normalized = new Matching();
  private int maxId = Vocabulary.NONE;

  /** Tokens that are looked for together. */
  private static final class Matching {
    final Trie trie = new Trie();
    final boolean[] begins = new boolean[FILTER]; // by a code point's last bits
    boolean empty = true;
    int nothing = Vocabulary.NONE; // the token that normalizing leaves nothing of
    final List<int[]> contents = new ArrayList<>();

    void put(int[] points, int id) {
      contents.add(points);
      empty = false;
      if (points.length == 0) {
        nothing = nothing == Vocabulary.NONE ? id : nothing;
        return;
      }
      begins[points[0] & (FILTER - 1)] = true;
      if (trie.get(points, 0, points.length) == Trie.NONE) {
        trie.put(points, 0, points.length, id); // of equal ones the first counts
      }
    }

    /** Where the longest token that begins at a place ends; the place itself without any. */
    int end(int[] points, int at, int to) {
      int end = at;
      if (at < to && begins[points[at] & (FILTER - 1)]) {
        int node = Trie.ROOT;
        for (int i = at; i < to; i++) {
          node = trie.child(node, points[i]);
          if (node == Trie.NONE) {
            break;
          }
          if (trie.value(node) != Trie.NONE) {
            end = i + 1;
          }
        }
      }
      return end;
    }

    /** The token that stands there. */
    int id(int[] points, int at, int end) {
      return at == end ? nothing : trie.get(points, at, end);
    }
  }

  /**
   * Numbers the tokens as the library does since 0.22.2: by the vocabulary, else from its size on.
   * The ids of the file count for nothing there.
   */
  AddedTokens(List<AddedToken> all, Model model, @Nullable Normalizer normalizer) {
    List<AddedToken> lookedFor = new ArrayList<>(); // the special ones first
    for (AddedToken token : all) {
      if (token.special && !token.content.isEmpty() && special.add(token.content)) {
        lookedFor.add(token);
      }
    }
    int nextId = model.size();
    Map<AddedToken, Integer> known = new LinkedHashMap<>();
    for (AddedToken token : all) {
      Integer knownId = known.get(token);
      if (token.content.isEmpty() || (knownId != null && token.equals(tokens.get(knownId)))) {
        continue;
      }
      int id = id(token.content);
      if (id == Vocabulary.NONE) {
        id = model.id(token.content);
      }
      if (id == Vocabulary.NONE) {
        id = nextId++;
      }
      ids.put(token.content, id);
      tokens.put(id, token);
      known.put(token, id);
      maxId = Math.max(maxId, id);
      if (!special.contains(token.content)) {
        lookedFor.add(token);
      }
    }
    for (AddedToken token : lookedFor) {
      lookFor(token, normalizer);
    }
  }

  private void lookFor(AddedToken token, @Nullable Normalizer normalizer) {
    int id = id(token.content);
    int[] points = token.content.codePoints().toArray();
    if (!token.normalized) {
      plain.put(points, id);
      return;
    }
    if (normalizer != null) {
      Segment content = Segment.of(points, points.length);
      normalizer.apply(content);
      points = Arrays.copyOf(content.points, content.length);
      normalizedContents.put(id, new String(points, 0, points.length));
    }
    normalized.put(points, id);
  }

  /** The id of an added token, or {@link Vocabulary#NONE}. */
  int id(String content) {
    Integer id = ids.get(content);
    return id == null ? Vocabulary.NONE : id;
  }

  /** The text of an added token's id, or null. */
  @Nullable String content(int id) {
    AddedToken token = tokens.get(id);
    return token == null ? null : token.content;
  }

  /** The text of an added token's id as it stands in a normalized text, or null. */
  @Nullable String normalizedContent(int id) {
    String content = normalizedContents.get(id);
    return content == null ? content(id) : content;
  }

  /** Whether a token is special. */
  boolean isSpecial(String content) {
    return special.contains(content);
  }

  /** The greatest id. */
  int maxId() {
    return maxId;
  }

  /** The special tokens, in no order. */
  Set<String> specials() {
    return special;
  }

  /**
   * Whether no token can lie across a space or a line feed between two solid characters: none has
   * one behind anything but white space.
   *
   * @param space what a space is written as in the normalized text
   */
  boolean partsAtSpaces(int[] space) {
    for (int[] content : plain.contents) {
      for (int i = 1; i < content.length; i++) {
        if ((content[i] == ' ' || content[i] == '\n') && !Unicode.isWhitespace(content[i - 1])) {
          return false;
        }
      }
    }
    for (int[] content : normalized.contents) {
      if (content.length == 0) {
        return false;
      }
      for (int i = 1; i < content.length; i++) {
        if (isSpace(content[i], space) && !isSpace(content[i - 1], space)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isSpace(int point, int[] space) {
    return Unicode.isWhitespace(point) || Arrays.stream(space).anyMatch(one -> one == point);
  }

  /** Whether no token has a Chinese character in it. */
  boolean hasNoIdeographs() {
    return Stream.concat(plain.contents.stream(), normalized.contents.stream())
        .flatMapToInt(Arrays::stream)
        .noneMatch(TextReader::isIdeograph);
  }

  /**
   * Normalizes a text and finds the tokens in it.
   *
   * @param asText whether special tokens are read as any other text
   */
  Pieces find(Segment text, @Nullable Normalizer normalizer, boolean asText) {
    if (plain.empty) {
      return findNormalized(text, normalizer, asText);
    }
    Pieces found = new Pieces(text);
    find(plain, text, 0, text.length, found, asText);
    found.turn();
    if (found.count() == 1 && found.token(0) == Pieces.TEXT) {
      return findNormalized(text, normalizer, asText);
    }
    Segment joined = text.empty(text.length + 16);
    Pieces pieces = new Pieces(joined);
    for (int piece = 0; piece < found.count(); piece++) {
      int begin = joined.length;
      if (found.token(piece) != Pieces.TEXT) {
        joined.addAll(text, found.from(piece), found.to(piece));
        pieces.add(begin, joined.length, found.token(piece), found.shift(piece));
        continue;
      }
      Segment part = text.slice(found.from(piece), found.to(piece));
      if (normalizer != null) {
        normalizer.apply(part);
      }
      joined.addAll(part, 0, part.length);
      find(normalized, joined, begin, joined.length, pieces, asText);
    }
    pieces.turn();
    return pieces;
  }

  /** The same for a text without a token that is looked for in it as it was given. */
  private Pieces findNormalized(Segment text, @Nullable Normalizer normalizer, boolean asText) {
    if (normalizer != null && text.length > 0) {
      normalizer.apply(text);
    }
    Pieces pieces = new Pieces(text);
    find(normalized, text, 0, text.length, pieces, asText);
    pieces.turn();
    return pieces;
  }

  private void find(
      Matching matching, Segment text, int from, int to, Pieces pieces, boolean asText) {
    if (matching.empty) {
      pieces.cut(text, from, to, Pieces.TEXT);
      return;
    }
    int[] points = text.points;
    int begin = from;
    int lastEnd = -1;
    // A token that normalizing leaves nothing of is found everywhere, at the end, too.
    int last = matching.nothing == Vocabulary.NONE ? to - 1 : to;
    for (int at = from; at <= last; ) {
      int end = matching.end(points, at, to);
      int id = matching.id(points, at, end);
      if (id == Vocabulary.NONE || (end == at && end == lastEnd)) {
        at++;
        continue;
      }
      lastEnd = end;
      AddedToken token = tokens.get(id);
      if (token != null && counts(token, points, from, at, end, to, asText)) {
        int start = token.stripsLeft ? Math.max(begin, spacesBefore(points, from, at)) : at;
        int stop = token.stripsRight ? spacesBehind(points, end, to) : end;
        if (begin < start) {
          pieces.cut(text, begin, start, Pieces.TEXT);
        }
        pieces.cut(text, start, stop, id);
        begin = stop;
      }
      at = Math.max(end, at + 1);
    }
    if (begin != to) {
      pieces.cut(text, begin, to, Pieces.TEXT);
    }
  }

  /** Where the white space begins that ends at a place. */
  private static int spacesBefore(int[] points, int from, int at) {
    int start = at;
    while (start > from && Unicode.isRegexSpace(points[start - 1])) {
      start--;
    }
    return start;
  }

  /** Where the white space ends that begins at a place. */
  private static int spacesBehind(int[] points, int at, int to) {
    int stop = at;
    while (stop < to && Unicode.isRegexSpace(points[stop])) {
      stop++;
    }
    return stop;
  }

  private boolean counts(
      AddedToken token, int[] points, int from, int at, int end, int to, boolean asText) {
    if (asText && special.contains(token.content)) {
      return false;
    }
    return !token.singleWord
        || ((at == from || !Unicode.isWord(points[at - 1]))
            && (end == to || !Unicode.isWord(points[end])));
  }
}
