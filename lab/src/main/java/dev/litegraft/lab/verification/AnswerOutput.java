package dev.litegraft.lab.verification;

import dev.litegraft.runtime.RawOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of a file's outputs answers: the one that is called logits or embedding, else the one that
 * has as many numbers as it must have, whatever was asked, and of several the one that goes with
 * the checkpoint's answers.
 *
 * @param name of the output
 * @param form in which it answers
 */
public record AnswerOutput(String name, AnswerForm form) {
  private static final List<String> ANSWERS =
      List.of("logits", "probabilities", "embedding", "token_embeddings");

  /** How much better probabilities must go with the checkpoint's answers than logits do. */
  private static final double LOGITS_FIRST = 0.05;

  /**
   * Finds it.
   *
   * @param outputs of every row
   * @param counts how many numbers the answer to each row has
   * @param expected the checkpoint's logits or embeddings of the same rows
   * @param width numbers that belong together; 0 where they cannot be probabilities
   */
  public static Optional<AnswerOutput> of(
      List<List<RawOutput>> outputs, List<Integer> counts, List<float[]> expected, int width) {
    Map<String, List<float[]>> fitting = fitting(outputs, counts);
    for (String name : ANSWERS) {
      if (fitting.containsKey(name)) {
        return Optional.of(new AnswerOutput(name, form(fitting.get(name), expected, width)));
      }
    }
    AnswerOutput best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, List<float[]>> entry : fitting.entrySet()) {
      AnswerForm form = form(entry.getValue(), expected, width);
      double score =
          correlation(entry.getValue(), expected, form, Math.max(1, width))
              + (form == AnswerForm.LOGITS ? LOGITS_FIRST : 0);
      if (best == null || score > most) {
        best = new AnswerOutput(entry.getKey(), form);
        most = score;
      }
    }
    return Optional.ofNullable(best);
  }

  private static AnswerForm form(List<float[]> numbers, List<float[]> expected, int width) {
    return width == 0 ? AnswerForm.LOGITS : AnswerForm.of(numbers, expected, width);
  }

  /** The outputs that always have as many numbers as they must have. */
  private static Map<String, List<float[]>> fitting(
      List<List<RawOutput>> outputs, List<Integer> counts) {
    Map<String, List<float[]>> fitting = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      for (RawOutput output : outputs.get(i)) {
        if (output.values().length == counts.get(i)) {
          fitting.computeIfAbsent(output.name(), n -> new ArrayList<>()).add(output.values());
        }
      }
    }
    long asked = outputs.stream().filter(all -> !all.isEmpty()).count();
    fitting.values().removeIf(rows -> rows.size() < asked);
    return fitting;
  }

  private static double correlation(
      List<float[]> actual, List<float[]> expected, AnswerForm form, int width) {
    if (actual.size() != expected.size()) {
      return 0; // a row was refused: nothing to go by
    }
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < actual.size(); i++) {
      float[] a = form.logits(actual.get(i), width);
      float[] b = form.comparable(expected.get(i), width);
      for (int j = 0; j < Math.min(a.length, b.length); j++) {
        dot += (double) a[j] * b[j];
        aa += (double) a[j] * a[j];
        bb += (double) b[j] * b[j];
      }
    }
    double correlation = dot / Math.sqrt(aa * bb);
    return Double.isFinite(correlation) ? correlation : 0;
  }
}
