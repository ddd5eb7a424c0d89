package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges of a BPE model: read from {@code merges.txt}, or found for the pieces of a SentencePiece
 * model, which has none.
 */
final class Merges {
  private record Merge(String left, String right, double rank, int leftLength, int rightLength) {
    List<String> pair() {
      return List.of(left, right);
    }
  }

  private Merges() {}

  /**
   * The merges that make pieces of other pieces.
   *
   * <p>Source: {@code generate_merges} of transformers/convert_slow_tokenizer.py.
   *
   * @param ids the pieces that a merge may be made of
   * @param scores piece to score, higher ones first; null takes the ids, lower ones first
   */
  static List<List<String>> of(Map<String, Integer> ids, @Nullable Map<String, Double> scores) {
    List<Merge> merges = new ArrayList<>();
    Iterable<String> pieces = scores == null ? ids.keySet() : scores.keySet();
    for (String piece : pieces) {
      // + 0.0: negative zero is zero
      double rank =
          scores == null ? ids.getOrDefault(piece, 0) : scores.getOrDefault(piece, 0.0) + 0.0;
      List<Merge> local = new ArrayList<>();
      int length = piece.codePointCount(0, piece.length());
      for (int i = 1, at = 0; i < length; i++) {
        at = piece.offsetByCodePoints(at, 1);
        String left = piece.substring(0, at);
        String right = piece.substring(at);
        if (ids.containsKey(left) && ids.containsKey(right)) {
          local.add(new Merge(left, right, rank, i, length - i));
        }
      }
      local.sort(
          Comparator.comparingInt((Merge merge) -> ids.getOrDefault(merge.left(), 0))
              .thenComparingInt(merge -> ids.getOrDefault(merge.right(), 0)));
      merges.addAll(local);
    }
    Comparator<Merge> order =
        Comparator.comparingDouble(Merge::rank)
            .thenComparingInt(Merge::leftLength)
            .thenComparingInt(Merge::rightLength);
    merges.sort(scores == null ? order : order.reversed());
    return merges.stream().map(Merge::pair).toList();
  }

  /** All lines but the first and the last, as version 4's classes after GPT-2's read them. */
  static List<List<String>> ofAllButFirstLine(String text, String where) {
    String[] lines = text.split("\n", -1);
    List<String> middle = new ArrayList<>();
    for (int i = 1; i < lines.length - 1; i++) {
      middle.add(lines[i]);
    }
    return pairs(middle, where);
  }

  /** All lines but a version and empty ones. */
  static List<List<String>> ofLines(String text, String where) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.startsWith("#version") && !line.isBlank()) {
        lines.add(line);
      }
    }
    return pairs(lines, where);
  }

  private static List<List<String>> pairs(List<String> lines, String where) {
    Set<List<String>> pairs = new LinkedHashSet<>();
    for (String line : lines) {
      List<String> pair = List.of(line.strip().split("[ \t]+"));
      if (pair.size() != 2) {
        throw new TokenizerException(
            "a line of " + pair.size() + " words, where a merge has 2: \"" + line + "\"",
            where,
            "copy the file again from where the model was trained");
      }
      pairs.add(pair);
    }
    return List.copyOf(pairs);
  }
}
