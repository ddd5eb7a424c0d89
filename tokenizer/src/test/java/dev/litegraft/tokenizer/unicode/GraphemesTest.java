package dev.litegraft.tokenizer.unicode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NeedsOracle;
import dev.litegraft.tokenizer.oracle.Observed;
import dev.litegraft.tokenizer.oracle.RandomTexts;
import org.junit.jupiter.api.Test;

@NeedsOracle
class GraphemesTest {
  private static final int TEXTS = Boolean.getBoolean("litegraft.long") ? 1_000_000 : 5_000;
  private static final int[] SPECIAL = {
    '\r', '\n', 'a', 0x301, 0x200d, 0xfe0f, 0xa9, 0x263a, 0x1f600, 0x1f1e6, 0x1f1e7, 0x600, 0x1100,
    0x1160, 0x11a8, 0xac00, 0xac01, 0x915, 0x94d, 0x93c, 0x93e, 0x9, 0xad, 0x200b, 0xe33, 0x16d63,
    0x110bd, 0x1b05, 0x1b44, 0xd7b0, 0xd7cb, 0xa960, 0x1f3fb, 0xe0020, 0xa8
  };

  @Test
  void clustersAreThoseOfTheNativeLibrary() {
    RandomTexts texts = new RandomTexts(3);
    try (NativeTokenizer tokenizer = Observed.normalizer(Observed.clustersToX())) {
      for (int i = 0; i < TEXTS; i++) {
        StringBuilder text = new StringBuilder();
        for (int n = texts.below(8) + 1; n > 0; n--) {
          text.appendCodePoint(
              texts.below(4) == 0 ? texts.point() : SPECIAL[texts.below(SPECIAL.length)]);
        }
        String plain = text.toString().replace("\u0000", "");
        assertThat(parts(plain))
            .as(Observed.quoted(plain))
            .isEqualTo(Observed.normalized(tokenizer, plain).length());
      }
    }
  }

  /** One for a cluster of less than six bytes, one for each code point of a longer one. */
  private static int parts(String text) {
    int[] points = text.codePoints().toArray();
    int parts = 0;
    for (int at = 0; at < points.length; ) {
      int end = Graphemes.next(points, at, points.length);
      int bytes = 0;
      for (int i = at; i < end; i++) {
        bytes += points[i] < 0x80 ? 1 : points[i] < 0x800 ? 2 : points[i] < 0x10000 ? 3 : 4;
      }
      parts += bytes < 6 ? 1 : end - at;
      at = end;
    }
    return parts;
  }
}
