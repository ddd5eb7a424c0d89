package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.pattern.Matcher;
import dev.litegraft.tokenizer.pattern.Pattern;
import dev.litegraft.tokenizer.unicode.Normalization;
import dev.litegraft.tokenizer.unicode.Unicode;
import java.util.List;

/**
 * Rewrites a text before it is cut into words.
 *
 * <p>Source: {@code tokenizers/src/normalizers}.
 */
interface Normalizer {
  /** Rewrites a part of a text. */
  void apply(Segment text);

  /**
   * Whether a space between two solid characters parts a text: what is before it and what begins
   * with it are rewritten as if the other were not there.
   */
  boolean partsAtSpaces();

  /** How many times longer it can make a text. */
  default double growth() {
    return 1;
  }

  /** Several, one after the other. */
  record Sequence(List<Normalizer> all) implements Normalizer {
    @Override
    public void apply(Segment text) {
      for (Normalizer one : all) {
        one.apply(text);
      }
    }

    @Override
    public boolean partsAtSpaces() {
      return all.stream().allMatch(Normalizer::partsAtSpaces);
    }

    @Override
    public double growth() {
      double growth = 1;
      for (Normalizer one : all) {
        growth *= one.growth();
      }
      return growth;
    }
  }

  /** NFC, NFD, NFKC or NFKD. */
  record Form(Normalization form) implements Normalizer {
    @Override
    public void apply(Segment text) {
      if (form.changes(text.points, 0, text.length)) {
        Normalization.Result result = form.apply(text.points, 0, text.length);
        text.transform(result.points(), result.changes(), result.length());
      }
    }

    @Override
    public boolean partsAtSpaces() {
      return true;
    }
  }

  /** Lower case, each code point for itself. */
  record Lowercase() implements Normalizer {
    @Override
    public void apply(Segment text) {
      lowercase(text);
    }

    @Override
    public boolean partsAtSpaces() {
      return true;
    }

    static void lowercase(Segment text) {
      for (int i = 0; i < text.length; i++) {
        int point = text.points[i];
        if (point < 128) {
          if (point >= 'A' && point <= 'Z') {
            text.points[i] = point + 32;
          }
          continue;
        }
        if (point == Unicode.DOTTED_I) {
          lowercaseFrom(text, i);
          return;
        }
        text.points[i] = Unicode.lowercase(point);
      }
    }

    private static void lowercaseFrom(Segment text, int from) {
      Segment changed = text.empty(text.length + 8);
      changed.addAll(text, 0, from);
      for (int i = from; i < text.length; i++) {
        int point = text.points[i];
        changed.add(Unicode.lowercase(point), text.starts[i], text.ends[i]);
        if (point == Unicode.DOTTED_I) {
          changed.add(Unicode.DOT_ABOVE, text.starts[i], text.ends[i]);
        }
      }
      text.become(changed);
    }
  }

  /** Takes combining marks off. */
  record StripAccents() implements Normalizer {
    @Override
    public void apply(Segment text) {
      int kept = 0;
      for (int i = 0; i < text.length; i++) {
        int point = text.points[i];
        if (point < 0x300 || !Unicode.isCombiningMark(point)) {
          text.points[kept] = point;
          text.starts[kept] = text.starts[i];
          text.ends[kept++] = text.ends[i];
        }
      }
      text.length = kept;
    }

    @Override
    public boolean partsAtSpaces() {
      return true;
    }
  }

  /** Takes white space off the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public void apply(Segment text) {
      int from = 0;
      int to = text.length;
      while (left && from < to && Unicode.isWhitespace(text.points[from])) {
        from++;
      }
      while (right && to > from && Unicode.isWhitespace(text.points[to - 1])) {
        to--;
      }
      if (from > 0) {
        int count = to - from;
        System.arraycopy(text.points, from, text.points, 0, count);
        System.arraycopy(text.starts, from, text.starts, 0, count);
        System.arraycopy(text.ends, from, text.ends, 0, count);
      }
      text.length = to - from;
    }

    @Override
    public boolean partsAtSpaces() {
      return true;
    }
  }

  /** What NMT models do with control characters and odd white space. */
  record Nmt() implements Normalizer {
    @Override
    public void apply(Segment text) {
      int kept = 0;
      for (int i = 0; i < text.length; i++) {
        int point = text.points[i];
        if (isRemoved(point)) {
          continue;
        }
        text.points[kept] = isSpace(point) ? ' ' : point;
        text.starts[kept] = text.starts[i];
        text.ends[kept++] = text.ends[i];
      }
      text.length = kept;
    }

    private static boolean isRemoved(int point) {
      return (point >= 1 && point <= 8)
          || point == 0x0B
          || (point >= 0x0E && point <= 0x1F)
          || point == 0x7F
          || point == 0x8F
          || point == 0x9F;
    }

    private static boolean isSpace(int point) {
      return switch (point) {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD -> true;
        default -> point >= 0x200B && point <= 0x200F;
      };
    }

    @Override
    public boolean partsAtSpaces() {
      return true;
    }
  }

  /** Puts a text before each part that is not empty. */
  record Prepend(int[] before) implements Normalizer {
    @Override
    public void apply(Segment text) {
      text.prepend(before);
    }

    @Override
    public boolean partsAtSpaces() {
      return true;
    }

    @Override
    public double growth() {
      return before.length + 1;
    }
  }

  /**
   * Replaces what a pattern finds.
   *
   * @param shortest how many code points the pattern finds at least
   */
  record Replace(Pattern pattern, int[] content, int shortest, boolean partsAtSpaces)
      implements Normalizer {
    @Override
    public void apply(Segment text) {
      if (text.length == 0) {
        return; // not even an empty match is looked for in nothing
      }
      Matcher matcher = pattern.matcher(text.points, 0, text.length);
      if (!matcher.find()) {
        return;
      }
      Segment changed = text.empty(text.length + 8);
      int last = 0;
      do {
        changed.addAll(text, last, matcher.start());
        last = matcher.end();
        // All of it comes from where the last code point of the match does.
        int start = last == 0 ? text.shift : text.starts[last - 1];
        int end = last == 0 ? text.shift : text.ends[last - 1];
        for (int point : content) {
          changed.add(point, start, end);
        }
      } while (matcher.find());
      changed.addAll(text, last, text.length);
      text.become(changed);
    }

    @Override
    public double growth() {
      return shortest == 0 ? content.length + 1 : Math.max(1.0, content.length / (double) shortest);
    }
  }

  /** Each byte of UTF-8 as the character that stands for it. */
  record ByteLevel() implements Normalizer {
    @Override
    public void apply(Segment text) {
      Segment changed = text.empty(text.length + 8);
      for (int i = 0; i < text.length; i++) {
        ByteCharacters.add(changed, text.points[i], text.starts[i], text.ends[i]);
      }
      text.become(changed);
    }

    @Override
    public boolean partsAtSpaces() {
      return true;
    }

    @Override
    public double growth() {
      return 4;
    }
  }
}
