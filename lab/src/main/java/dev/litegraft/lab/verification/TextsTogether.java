package dev.litegraft.lab.verification;

import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether a file with a signature of several texts answers each of them as it answers it alone.
 * That has no other reference: nobody but this project's files has such a signature.
 */
final class TextsTogether {
  /** So many lengths are asked, spread over those of the questions. */
  private static final int LENGTHS = 4;

  /** Of the larger of 1 and the answer. */
  private static final double ROUNDING = 1e-5;

  /** A number between two steps may fall to the other one where sums have another order. */
  private static final double STEPS = 0.05;

  private TextsTogether() {}

  /**
   * How the answers differ; absent where they do not, and of a file that takes one text at a time.
   *
   * @param isQuantized whether the file rounds what its layers read
   */
  static Optional<Difference> of(RawModel model, List<Question> questions, boolean isQuantized) {
    int texts = model.textsAtOnce();
    if (texts == 1) {
      return Optional.empty();
    }
    double allowed = isQuantized ? STEPS : ROUNDING;
    return rows(model, questions).stream()
        .map(row -> new Found(row.length(), farthest(model, turned(row, texts))))
        .max(Comparator.comparingDouble(Found::difference))
        .filter(found -> !(found.difference <= allowed))
        .map(
            found ->
                new Difference(
                    "batch_" + texts,
                    "one answer to a text",
                    String.format(
                        Locale.ROOT,
                        "answers to texts of %d tokens that differ by %.1e from those alone",
                        found.tokens,
                        found.difference)));
  }

  private record Found(int tokens, double difference) {}

  private static List<TokenRow> rows(RawModel model, List<Question> questions) {
    Map<Integer, TokenRow> byLength = new TreeMap<>();
    for (Question question : questions) {
      if (!question.row().isPadded()) {
        byLength.putIfAbsent(question.row().length(), model.taken(question.row()));
      }
    }
    List<TokenRow> all = List.copyOf(byLength.values());
    List<TokenRow> some = new ArrayList<>();
    for (int i = 0; i < Math.min(LENGTHS, all.size()); i++) {
      some.add(all.get(i * all.size() / Math.min(LENGTHS, all.size())));
    }
    return some;
  }

  /** Texts that differ: each begins a token later, and what was left out stands at its end. */
  private static List<TokenRow> turned(TokenRow row, int texts) {
    List<TokenRow> turned = new ArrayList<>();
    int length = row.length();
    for (int text = 0; text < texts; text++) {
      int[] ids = new int[length];
      for (int i = 0; i < length; i++) {
        ids[i] = row.ids()[(i + text) % length];
      }
      turned.add(TokenRow.of(ids, null, row.types()));
    }
    return turned;
  }

  private static double farthest(RawModel model, List<TokenRow> rows) {
    List<RawOutput> together = model.answers(rows);
    double farthest = 0;
    for (int text = 0; text < rows.size(); text++) {
      float[] alone = model.answer(rows.get(text)).values();
      float[] own = together.get(text).values();
      for (int i = 0; i < alone.length; i++) {
        double apart = Math.abs((double) own[i] - alone[i]) / Math.max(1, Math.abs(alone[i]));
        farthest = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(farthest, apart);
      }
    }
    return farthest;
  }
}
