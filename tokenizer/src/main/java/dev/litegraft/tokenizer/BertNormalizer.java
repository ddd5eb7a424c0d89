package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.unicode.Normalization;
import dev.litegraft.tokenizer.unicode.Unicode;

/**
 * BERT's cleaning, spaces around Chinese characters, accents, and lower case.
 *
 * <p>Source: {@code tokenizers/src/normalizers/bert.rs}; BERT's {@code tokenization.py}.
 */
record BertNormalizer(boolean clean, boolean chinese, boolean stripAccents, boolean lowercase)
    implements Normalizer {
  private static final Normalization NFD = Normalization.NFD;

  @Override
  public void apply(Segment text) {
    if (clean) {
      clean(text);
    }
    if (isAscii(text)) {
      if (lowercase) {
        Lowercase.lowercase(text);
      }
      return;
    }
    if (chinese) {
      partChinese(text);
    }
    if (stripAccents) {
      stripAccents(text);
    }
    if (lowercase) {
      Lowercase.lowercase(text);
    }
  }

  private static boolean isAscii(Segment text) {
    int all = 0;
    for (int i = 0; i < text.length; i++) {
      all |= text.points[i];
    }
    return all < 128;
  }

  private static void clean(Segment text) {
    int kept = 0;
    for (int i = 0; i < text.length; i++) {
      int point = text.points[i];
      if (point < ' ' || point > '~') {
        if (point == '\t' || point == '\n' || point == '\r') {
          point = ' ';
        } else if (Unicode.isDroppedByBert(point)) {
          continue;
        } else if (Unicode.isWhitespace(point)) {
          point = ' ';
        }
      }
      text.points[kept] = point;
      if (kept != i) {
        text.starts[kept] = text.starts[i];
        text.ends[kept] = text.ends[i];
      }
      kept++;
    }
    text.length = kept;
  }

  private static void partChinese(Segment text) {
    int count = 0;
    for (int i = 0; i < text.length; i++) {
      count += Unicode.isChinese(text.points[i]) ? 1 : 0;
    }
    if (count == 0) {
      return;
    }
    Segment parted = text.empty(text.length + 2 * count);
    for (int i = 0; i < text.length; i++) {
      int point = text.points[i];
      int start = text.starts[i];
      int end = text.ends[i];
      boolean alone = Unicode.isChinese(point);
      if (alone) {
        parted.add(' ', start, end);
      }
      parted.add(point, start, end);
      if (alone) {
        parted.add(' ', start, end);
      }
    }
    text.become(parted);
  }

  private static void stripAccents(Segment text) {
    if (NFD.changes(text.points, 0, text.length)) {
      Normalization.Result result = NFD.apply(text.points, 0, text.length);
      text.transform(result.points(), result.changes(), result.length());
    }
    int kept = 0;
    for (int i = 0; i < text.length; i++) {
      int point = text.points[i];
      if (point < 0x300 || !Unicode.isMarkNonspacing(point)) {
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

  @Override
  public double growth() {
    return chinese ? 3 : 1;
  }
}
