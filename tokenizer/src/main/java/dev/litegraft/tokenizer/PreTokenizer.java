package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.pattern.Matcher;
import dev.litegraft.tokenizer.pattern.Pattern;
import dev.litegraft.tokenizer.unicode.Unicode;
import java.util.List;

/**
 * Cuts a normalized text into words.
 *
 * <p>Source: {@code tokenizers/src/pre_tokenizers}.
 */
interface PreTokenizer {
  /** What becomes of an added token of the cutting: it stays a piece. */
  void apply(Pieces pieces);

  /** What a space between two solid characters is to it. */
  AtSpaces atSpaces();

  /** What a space between two solid characters is to a pre-tokenizer. */
  enum AtSpaces {
    /** It cuts there, and each side as if the other were not there. */
    CUTS,
    /** It may not cut there, but where else it cuts is the same without the other side. */
    IGNORES,
    /** What stands on one side may change how the other is cut. */
    SEES
  }

  /** Several, one after the other. */
  record Sequence(List<PreTokenizer> all) implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      for (PreTokenizer one : all) {
        one.apply(pieces);
      }
    }

    @Override
    public AtSpaces atSpaces() {
      for (PreTokenizer one : all) {
        if (one.atSpaces() != AtSpaces.IGNORES) {
          return one.atSpaces(); // behind a cut, the sides are apart already
        }
      }
      return AtSpaces.IGNORES;
    }
  }

  /** One that only cuts, each piece for itself. */
  interface Cutter extends PreTokenizer {
    /** Cuts one piece. */
    void cut(Pieces pieces, int from, int to);

    @Override
    default void apply(Pieces pieces) {
      for (int piece = 0; piece < pieces.count(); piece++) {
        if (pieces.token(piece) == Pieces.TEXT) {
          cut(pieces, pieces.from(piece), pieces.to(piece));
        } else {
          pieces.keep(piece);
        }
      }
      pieces.turn();
    }
  }

  /** BERT's: white space is dropped, and each punctuation mark is a word. */
  record Bert() implements Cutter {
    @Override
    public void cut(Pieces pieces, int from, int to) {
      int[] points = pieces.text.points;
      int begin = from;
      for (int i = from; i < to; i++) {
        int point = points[i];
        if (point >= 'a' && point <= 'z') {
          continue;
        }
        if (Unicode.isWhitespace(point)) {
          pieces.cut(begin, i);
          begin = i + 1;
        } else if (Unicode.isPunctuation(point)) {
          pieces.cut(begin, i);
          pieces.cut(i, i + 1);
          begin = i + 1;
        }
      }
      pieces.cut(begin, to);
    }

    @Override
    public AtSpaces atSpaces() {
      return AtSpaces.CUTS;
    }
  }

  /** White space is dropped. */
  record WhitespaceSplit() implements Cutter {
    @Override
    public void cut(Pieces pieces, int from, int to) {
      int[] points = pieces.text.points;
      int begin = from;
      for (int i = from; i < to; i++) {
        if (Unicode.isWhitespace(points[i])) {
          pieces.cut(begin, i);
          begin = i + 1;
        }
      }
      pieces.cut(begin, to);
    }

    @Override
    public AtSpaces atSpaces() {
      return AtSpaces.CUTS;
    }
  }

  /** Runs of word characters and runs of others are words; white space is dropped. */
  record Whitespace() implements Cutter {
    @Override
    public void cut(Pieces pieces, int from, int to) {
      int[] points = pieces.text.points;
      int at = from;
      while (at < to) {
        int begin = at;
        if (Unicode.isWord(points[at])) {
          do {
            at++;
          } while (at < to && Unicode.isWord(points[at]));
          pieces.cut(begin, at);
        } else if (Unicode.isRegexSpace(points[at])) {
          at++;
        } else {
          do {
            at++;
          } while (at < to && !Unicode.isWord(points[at]) && !Unicode.isRegexSpace(points[at]));
          pieces.cut(begin, at);
        }
      }
    }

    @Override
    public AtSpaces atSpaces() {
      return AtSpaces.CUTS;
    }
  }

  /** Which code points part words. */
  interface Delimiter {
    boolean is(int point);
  }

  /** Cuts at code points of a kind. */
  record CharacterSplit(Delimiter delimiter, Behavior behavior, AtSpaces atSpaces)
      implements Cutter {
    @Override
    public void cut(Pieces pieces, int from, int to) {
      int[] points = pieces.text.points;
      Behavior.Cuts cuts = behavior.cuts(pieces);
      int begin = from;
      for (int i = from; i < to; i++) {
        if (delimiter.is(points[i])) {
          if (begin < i) {
            cuts.add(begin, i, false);
          }
          cuts.add(i, i + 1, true);
          begin = i + 1;
        }
      }
      if (begin < to) {
        cuts.add(begin, to, false);
      }
      cuts.end();
    }
  }

  /** Cuts where a pattern is found. */
  record PatternSplit(Pattern pattern, Behavior behavior, boolean invert, AtSpaces atSpaces)
      implements Cutter {
    @Override
    public void cut(Pieces pieces, int from, int to) {
      Behavior.Cuts cuts = behavior.cuts(pieces);
      int begin = from;
      Matcher matcher = pattern.matcher(pieces.text.points, from, to);
      while (matcher.find()) {
        if (begin != matcher.start()) {
          cuts.add(begin, matcher.start(), invert);
        }
        cuts.add(matcher.start(), matcher.end(), !invert);
        begin = matcher.end();
      }
      if (begin != to) {
        cuts.add(begin, to, invert);
      }
      cuts.end();
    }
  }

  /** Pieces of so many code points. */
  record FixedLength(int length) implements Cutter {
    @Override
    public void cut(Pieces pieces, int from, int to) {
      for (int i = from; i < to; i += Math.min(length, to - i)) {
        pieces.cut(i, i + Math.min(length, to - i));
      }
    }

    @Override
    public AtSpaces atSpaces() {
      return AtSpaces.SEES;
    }
  }

  /** Cuts where the script changes, as SentencePiece does when it is trained. */
  record Scripts() implements Cutter {
    private static final int NONE = -1;

    @Override
    public void cut(Pieces pieces, int from, int to) {
      int[] points = pieces.text.points;
      int last = NONE;
      int begin = NONE;
      for (int i = from; i < to; i++) {
        int script = Unicode.script(points[i]);
        if (script == Unicode.ANY_SCRIPT) {
          continue;
        }
        if (script != last) {
          if (begin != NONE) {
            pieces.cut(begin, i);
          }
          begin = i;
        }
        last = script;
      }
      if (begin != NONE) {
        pieces.cut(begin, to);
      }
    }

    @Override
    public AtSpaces atSpaces() {
      return AtSpaces.SEES;
    }
  }

  /** GPT-2's: a pattern cuts, and each byte of UTF-8 becomes a character. */
  record ByteLevel(boolean prefixSpace, boolean cuts) implements PreTokenizer {
    private static final Pattern GPT2 =
        Pattern.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            "ByteLevel");

    @Override
    public void apply(Pieces pieces) {
      if (prefixSpace) {
        prefix(pieces);
      }
      if (cuts) {
        new PatternSplit(GPT2, Behavior.ISOLATED, false, AtSpaces.CUTS).apply(pieces);
      }
      Segment old = pieces.text;
      Segment bytes = old.empty(old.length + (old.length >> 2) + 8);
      for (int piece = 0; piece < pieces.count(); piece++) {
        int from = bytes.length;
        if (pieces.token(piece) == Pieces.TEXT) {
          for (int i = pieces.from(piece); i < pieces.to(piece); i++) {
            ByteCharacters.add(bytes, old.points[i], old.starts[i], old.ends[i]);
          }
        } else {
          bytes.addAll(old, pieces.from(piece), pieces.to(piece));
        }
        pieces.add(from, bytes.length, pieces.token(piece), pieces.shift(piece));
      }
      pieces.text = bytes;
      pieces.turn();
    }

    private static void prefix(Pieces pieces) {
      Segment old = pieces.text;
      Segment changed = old.empty(old.length + pieces.count());
      for (int piece = 0; piece < pieces.count(); piece++) {
        int begin = changed.length;
        int from = pieces.from(piece);
        if (pieces.token(piece) == Pieces.TEXT && old.points[from] != ' ') {
          changed.add(' ', old.starts[from], old.ends[from]);
        }
        changed.addAll(old, from, pieces.to(piece));
        pieces.add(begin, changed.length, pieces.token(piece), pieces.shift(piece));
      }
      pieces.text = changed;
      pieces.turn();
    }

    @Override
    public AtSpaces atSpaces() {
      return cuts ? AtSpaces.CUTS : AtSpaces.SEES;
    }
  }

  /** SentencePiece's: a mark for each space, and one before the first word. */
  record Metaspace(int mark, Prefix prefix, boolean cuts) implements PreTokenizer {
    /** Which pieces get a mark before them. */
    enum Prefix {
      FIRST,
      NEVER,
      ALWAYS
    }

    @Override
    public void apply(Pieces pieces) {
      Segment old = pieces.text;
      Segment changed = old.empty(old.length + pieces.count());
      for (int piece = 0; piece < pieces.count(); piece++) {
        int begin = changed.length;
        int from = pieces.from(piece);
        int to = pieces.to(piece);
        if (pieces.token(piece) != Pieces.TEXT) {
          changed.addAll(old, from, to);
          pieces.add(begin, changed.length, pieces.token(piece), pieces.shift(piece));
          continue;
        }
        int first = old.points[from];
        if (first != ' '
            && first != mark
            && (prefix == Prefix.ALWAYS || (prefix == Prefix.FIRST && pieces.shift(piece) == 0))) {
          changed.add(mark, old.starts[from], old.ends[from]);
        }
        for (int i = from; i < to; i++) {
          int point = old.points[i];
          changed.add(point == ' ' ? mark : point, old.starts[i], old.ends[i]);
        }
        if (cuts) {
          cut(pieces, changed, begin);
        } else {
          pieces.add(begin, changed.length, Pieces.TEXT, pieces.shift(piece));
        }
      }
      pieces.text = changed;
      pieces.turn();
    }

    /** Before each mark. */
    private void cut(Pieces pieces, Segment text, int from) {
      int begin = from;
      for (int i = from + 1; i < text.length; i++) {
        if (text.points[i] == mark) {
          pieces.add(begin, i, Pieces.TEXT, text.starts[begin]);
          begin = i;
        }
      }
      if (begin < text.length) {
        pieces.add(begin, text.length, Pieces.TEXT, text.starts[begin]);
      }
    }

    @Override
    public AtSpaces atSpaces() {
      return cuts ? AtSpaces.CUTS : AtSpaces.SEES;
    }
  }
}
