package dev.litegraft.tokenizer.oracle;

import java.util.Random;

/** Random texts that are hard for tokenizers, the same for the same seed. */
public final class RandomTexts {
  private static final String[] PIECES = {
    "the",
    "The",
    "THE",
    "don't",
    "I'll",
    "we'VE",
    "'S",
    "'\u017f",
    "it's",
    "x'RE",
    "naïve",
    "straße",
    "STRASSE",
    "ﬁn",
    "日本語",
    "にほんご",
    "カタカナ",
    "ー",
    "한국어",
    "ᄒ",
    "ᅡ",
    "ᆫ",
    "العربية",
    "हिन्दी",
    "ไทย",
    "русский",
    "Ελληνικά",
    "ς",
    "İ",
    "ı",
    "𝔘𝔫𝔦",
    "😀",
    "👨‍👩‍👧",
    "🇩🇪",
    "❤️",
    "é",
    "e\u0301",
    "a\u0323\u0307",
    "\u0301",
    "\u0345",
    "12",
    "1234567",
    "٣",
    "½",
    "Ⅷ",
    "²",
    ".",
    ",",
    "...",
    "!?",
    "—",
    "¿",
    "«»",
    "(",
    ")",
    "[x]",
    "{y}",
    "_",
    "a_b",
    "$",
    "€",
    "+=",
    "<s>",
    "</s>",
    "[MASK]",
    "[CLS]",
    "##",
    "▁",
    "@@",
    " ",
    "  ",
    "   ",
    "\t",
    "\n",
    "\r\n",
    "\n\n",
    " \n ",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\u0085",
    "\u200b",
    "\u200d",
    "\u00ad",
    "\ufeff",
    "\u0000",
    "\u0007",
    "\ufffd",
    "\ufffe",
    "\ue000",
    "\u07fd",
    "\ud83e\udee8",
    "\ud81b\udf0b",
    "aaaaaaaa",
    "ababab",
    "xxxxy",
    "http://a.b/c?d=e",
    "foo.bar",
    "camelCase",
    "HTTPServer",
    "한글",
    "漢字",
    "々",
    "〇",
    "㍿",
    "Å",
    "ﷺ",
    "ﬆ",
    "ǆ",
    "ΐ",
    "ẖ",
    "K",
    "Ω",
    "\u1e9e",
    "\u0149"
  };

  private final Random random;

  /** The texts of a seed. */
  public RandomTexts(long seed) {
    this.random = new Random(seed);
  }

  /** The next text, of up to so many pieces. */
  public String next(int most) {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(most) + 1;
    int style = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      switch (style) {
        case 0 -> text.append((char) (32 + random.nextInt(95)));
        case 1 -> text.appendCodePoint(point());
        case 2 -> text.append("ab cA1'-\n_sS".charAt(random.nextInt(12)));
        default -> text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      if (style == 4 && random.nextBoolean()) {
        text.append(' ');
      }
    }
    return text.toString();
  }

  /** Any scalar value, the smaller ones more often. */
  public int point() {
    while (true) {
      int bits = 5 + random.nextInt(16);
      int point = random.nextInt(1 << bits) + (random.nextInt(8) == 0 ? 0x10000 : 0);
      if (Observed.scalar(point)) {
        return point;
      }
    }
  }

  /** A number from 0 to below a limit. */
  public int below(int limit) {
    return random.nextInt(limit);
  }
}
