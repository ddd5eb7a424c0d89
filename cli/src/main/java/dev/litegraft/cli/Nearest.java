package dev.litegraft.cli;

import java.util.Comparator;
import java.util.List;

/** The known words that a mistyped one may have meant. */
final class Nearest {
  private static final int MAX_SUGGESTIONS = 2;

  private Nearest() {}

  /** The nearest of the known words, at most two; none if none is near. */
  static List<String> of(String word, List<String> known) {
    int limit = Math.max(2, word.length() / 3);
    return known.stream()
        .filter(k -> distance(word, k) <= limit)
        .sorted(Comparator.comparingInt((String k) -> distance(word, k)))
        .limit(MAX_SUGGESTIONS)
        .toList();
  }

  /** How many letters must be put in, taken out or changed. Source: Levenshtein, 1966. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
