package dev.litegraft.tokenizer.pattern;

import java.util.Random;

/** Random patterns over few letters, and texts for them, the same for the same seed. */
final class RandomPatterns {
  private static final String[] ATOMS = {
    "a",
    "b",
    "c",
    "ab",
    "ba",
    ".",
    "[ab]",
    "[^a]",
    "\\w",
    "\\s",
    "\\d",
    "\\p{L}",
    "\\S",
    "\\W",
    "s",
    "ß",
    "\\n",
    "[[:upper:]]",
    "[a-c&&[^b]]",
    "\\R",
    "é",
    "k"
  };
  private static final String[] ANCHORS = {"^", "$", "\\b", "\\B", "\\A", "\\z", "\\Z", "\\G"};
  private static final String[] QUANTIFIERS = {
    "*", "+", "?", "*?", "+?", "??", "*+", "++", "?+", "{2}", "{1,2}", "{,2}", "{2,}", "{0,1}?",
    "{2}?", "{1,}?"
  };
  private static final String[] GROUPS = {
    "(?:", "(?:", "(?:", "(", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?i:", "(?m:"
  };
  private static final String LETTERS = "aabbcc sSß\u017fkKé1A\n";

  private final Random random;
  private int behind; // look-behinds around

  RandomPatterns(long seed) {
    this.random = new Random(seed);
  }

  String pattern() {
    StringBuilder regex = new StringBuilder();
    alternatives(regex, 3);
    return regex.toString();
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(12) + 1; n > 0; n--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private void alternatives(StringBuilder regex, int depth) {
    int choices = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
    for (int i = 0; i < choices; i++) {
      regex.append(i > 0 ? "|" : "");
      for (int parts = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(3); parts > 0; parts--) {
        part(regex, depth);
      }
    }
  }

  private void part(StringBuilder regex, int depth) {
    boolean repeatable = true;
    int kind = random.nextInt(12);
    if (kind == 0) {
      regex.append(one(ANCHORS));
      repeatable = false;
    } else if (kind < 5 && depth > 0) {
      String group = one(GROUPS);
      boolean lookBehind = group.startsWith("(?<");
      if (lookBehind && behind > 0) {
        group = "(?:"; // Oniguruma errs with one inside another
        lookBehind = false;
      }
      behind += lookBehind ? 1 : 0;
      regex.append(group);
      alternatives(regex, depth - 1);
      regex.append(')');
      behind -= lookBehind ? 1 : 0;
      repeatable = !group.endsWith("=") && !group.endsWith("!");
    } else {
      String atom = one(ATOMS);
      // Oniguruma takes it for two characters in look-behind of one length.
      regex.append(atom.equals("\\R") && behind > 0 ? "\\n" : atom);
    }
    if (repeatable && random.nextInt(3) == 0) {
      regex.append(one(QUANTIFIERS));
      if (random.nextInt(12) == 0) {
        regex.append(one(QUANTIFIERS));
      }
    }
  }

  private String one(String[] some) {
    return some[random.nextInt(some.length)];
  }
}
