package dev.litegraft.error;

import java.util.Collection;
import java.util.Optional;

/** Finds the existing name that was probably meant. */
public final class Nearest {
  /** Beyond this many names the search would be felt. */
  private static final int MAX_NAMES = 20_000;

  private static final int MAX_LENGTH = 200;

  private Nearest() {}

  /**
   * The name with the fewest edits from {@code wanted}, if these are at most half of its length.
   */
  public static Optional<String> to(String wanted, Collection<String> names) {
    if (names.size() > MAX_NAMES || wanted.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String nearest = "";
    int fewest = wanted.length() / 2 + 1;
    for (String name : names) {
      if (Math.abs(name.length() - wanted.length()) < fewest) {
        int edits = edits(wanted, name, fewest);
        if (edits < fewest) {
          fewest = edits;
          nearest = name;
        }
      }
    }
    return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
  }

  /** Levenshtein's distance, or {@code limit} if it is not below. */
  private static int edits(String a, String b, int limit) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      int smallest = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
        smallest = Math.min(smallest, row[j]);
      }
      if (smallest >= limit) {
        return limit;
      }
    }
    return row[b.length()];
  }
}
