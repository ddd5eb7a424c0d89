package dev.litegraft.tokenizer;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Texts that a tokenizer meets seldom, by a seed: all planes, marks, controls, lone surrogates. */
final class HardTexts {
  private static final String[] PIECES = {
    "the",
    "Tokenizer",
    "don't",
    "I'LL",
    "we've",
    "naïve",
    "Ünïcödé",
    "e\u0301",
    "A\u030A\u0323",
    "ﬁne",
    "㍿",
    "①②③",
    "½",
    "𝒳𝒴",
    "ǅ",
    "İstanbul",
    "ΣΑΣ",
    "straße",
    "مَرْحَبًا",
    "שָׁלוֹם",
    "नमस्ते",
    "สวัสดี",
    "한국어",
    "한국어",
    "日本語",
    "カタカナ",
    "ひらがな",
    "ー",
    "中文字",
    "𠀀𪚥",
    "🙂",
    "👩‍👩‍👧‍👦",
    "🇩🇪🇫🇷",
    "👍🏽",
    "❤️",
    "1234567890",
    "3.14",
    "1,000",
    "٣٤",
    "²³",
    "foo_bar",
    "a-b",
    "--",
    "...",
    "…",
    "«»",
    "“”",
    "¿?",
    "!!!",
    "``",
    "''",
    "<s>",
    "</s>",
    "[CLS]",
    "[MASK]",
    "[SEP]",
    "<mask>",
    "<|endoftext|>",
    "<unk>",
    "[UNK]",
    "<0x41>",
    "##ing",
    "▁",
    "▁▁the",
    "Ġ",
    "Ċ",
    "http://a.b/c?d=e",
    "user@example.com",
    "#tag",
    "@you",
    "\t",
    "\n",
    "\r\n",
    "\n\n",
    "\u00A0",
    "\u2003",
    "\u200B",
    "\u200D",
    "\uFEFF",
    "\u0000",
    "\u0007",
    "\u007F",
    "\u0085",
    "\u2028",
    "\uFFFD",
    "\u3000",
    "  ",
    "   ",
    " ",
    " ",
    " ",
    " ",
    "\uD800",
    "\uDC00",
    "\u0300\u0301\u0302",
    "\u1100\u1161\u11A8",
    "ｆｕｌｌ",
    "ﾊﾝｶｸ",
    "Ω",
    "Å",
    "ǆ",
    "ŉ",
    "ẞ",
    "ﬃ",
    "\u0345",
    "\u0F73",
    "\u1E9B\u0323",
    "\uFB1D",
    "\uD834\uDD5E",
    "\uFDFA",
    "abcabc",
    "aaaaaaaaaaaaaaaa",
    "zzz",
    "x",
    "y",
    "0",
    "9"
  };

  private final Random random;

  HardTexts(long seed) {
    random = new Random(seed);
  }

  Random random() {
    return random;
  }

  <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** The next text. */
  String next() {
    int kind = random.nextInt(20);
    int length = random.nextInt(8) == 0 ? random.nextInt(60) : random.nextInt(14);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      if (kind < 12) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
        if (random.nextInt(3) > 0) {
          text.append(' ');
        }
      } else {
        text.append(character(kind));
      }
    }
    return text.toString();
  }

  private String character(int kind) {
    int which = kind < 15 ? random.nextInt(8) : kind - 12;
    int point =
        switch (which) {
          case 0 -> random.nextInt(0x80);
          case 1 -> random.nextInt(0x250);
          case 2 -> 0x300 + random.nextInt(0x70);
          case 3 -> random.nextInt(0x3000);
          case 4 -> random.nextInt(0x10000);
          case 5 -> random.nextInt(0x20000);
          case 6 -> random.nextInt(0x110000);
          default -> "abAB 01.,'\n".charAt(random.nextInt(11));
        };
    return point >= 0xD800 && point <= 0xDFFF
        ? String.valueOf((char) point)
        : Character.toString(point);
  }

  /** The text as the oracle can take it: without lone surrogates. */
  static @Nullable String wellFormed(@Nullable String text) {
    if (text == null) {
      return null;
    }
    StringBuilder formed = new StringBuilder();
    text.codePoints().forEach(p -> formed.appendCodePoint(p >= 0xD800 && p <= 0xDFFF ? 0xFFFD : p));
    return formed.toString();
  }
}
