package dev.litegraft.lab.verification;

import dev.litegraft.lab.diagnosis.weights.MatchedValues;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.runtime.RawModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the values inside a file with the reference's in the order of computation: of a file of
 * ours by name, of another tool's by following the graph. The file's values are computed by
 * LiteRT's plain kernels: a fault of the graph shows, one of the fast kernels does not.
 */
final class LayerComparison {
  /** Hidden states have larger outliers than logits: f32 rounding stays below a tenth of this. */
  static final double TOLERANCE = 1e-4;

  /** f16 keeps 11 bits of each weight, which adds up over the layers. */
  private static final double F16_TOLERANCE = 1e-2;

  /** int8 rounds what goes into each product, too: a part of a hundred each, which adds up. */
  private static final double INT8_TOLERANCE = 6e-2;

  /** How many times farther than all before it a value of an int8 file is where a fault begins. */
  private static final double LEAP = 3;

  private LayerComparison() {}

  /** The largest relative difference that storing weights so explains; NaN is never explained. */
  private static double tolerance(StoredAs storage) {
    return switch (storage) {
      case F32 -> TOLERANCE;
      case F16 -> F16_TOLERANCE;
      case INT8 -> INT8_TOLERANCE;
      case INT4 -> Double.MAX_VALUE;
    };
  }

  /** The values that both have; none for a file whose tensors have other names. */
  static List<LayerDifference> of(
      RawModel file, ReferenceModel reference, Question question, StoredAs storage) {
    Question read = read(reference, question);
    Map<String, Array> expected = reference.values(read);
    Map<String, float[]> inside =
        ValuesInside.of(file, question.row(), expected.keySet(), Optional.empty());
    return compared(expected, inside, read, question.length(), storage);
  }

  /**
   * The values of another tool's file that both have.
   *
   * @param matched where the graph has the values of the checkpoint's modules
   * @param answer the file's answer, which ends the table; absent where it is none of logits
   */
  static List<LayerDifference> of(
      RawModel file,
      ReferenceModel reference,
      Question question,
      StoredAs storage,
      MatchedValues matched,
      Optional<float[]> answer) {
    Question read = read(reference, question);
    Map<String, Array> expected = reference.values(read);
    Map<String, float[]> values =
        ValuesInside.of(file, question.row(), expected.keySet(), Optional.of(matched));
    Map<String, float[]> inside = new HashMap<>();
    expected.forEach(
        (module, own) -> {
          float[] numbers = values.get(module);
          if (numbers != null) {
            inside.put(module, ofOneRow(numbers, own, question));
          }
        });
    if (!inside.isEmpty()) {
      answer.ifPresent(
          numbers -> List.of("logits", "embedding").forEach(n -> inside.put(n, numbers)));
    }
    return compared(expected, inside, read, question.length(), storage);
  }

  /**
   * Of a file that takes several texts at once the first; and of a module that the reference asks
   * for one token only, the token that is nearest to what it gives: the file does not say which.
   */
  private static float[] ofOneRow(float[] numbers, Array expected, Question question) {
    int width = expected.shape().last();
    int wanted = expected.numbers().length;
    float[] row = Arrays.copyOf(numbers, Math.min(numbers.length, question.length() * width));
    if (wanted != width || row.length <= width) {
      return row;
    }
    float[] best = row;
    double least = Double.POSITIVE_INFINITY;
    for (int at = 0; at + width <= row.length; at += width) {
      double apart = 0;
      for (int i = 0; i < width; i++) {
        double difference = (double) row[at + i] - expected.numbers()[i];
        apart += difference * difference;
      }
      if (apart < least) {
        least = apart;
        best = Arrays.copyOfRange(row, at, at + width);
      }
    }
    return best;
  }

  private static Question read(ReferenceModel reference, Question question) {
    boolean whole =
        question.row().mask()[0] == 0 || reference.model().padding().readsPadding(false);
    return whole ? question : question.trimmed();
  }

  private static List<LayerDifference> compared(
      Map<String, Array> expected,
      Map<String, float[]> inside,
      Question read,
      int tokens,
      StoredAs storage) {
    List<LayerDifference> all = new ArrayList<>();
    double[] tolerance = {tolerance(storage)};
    expected.forEach(
        (name, value) -> {
          float[] own = inside.get(name);
          Optional<LayerDifference> found =
              own == null
                  ? Optional.empty()
                  : compared(name, value, own, read, tokens, tolerance[0]);
          found.ifPresent(all::add);
          if (storage == StoredAs.INT8 && found.filter(d -> !d.departs()).isPresent()) {
            tolerance[0] = Math.max(tolerance[0], LEAP * found.get().relative());
          }
        });
    return all;
  }

  /**
   * @param row the tokens as the reference read them
   * @param tokens how many the file read
   * @param tolerance the largest relative difference that is rounding
   * @return absent where the two are laid out in different ways
   */
  private static Optional<LayerDifference> compared(
      String name, Array expected, float[] actual, Question row, int tokens, double tolerance) {
    int count = expected.numbers().length;
    boolean byToken =
        expected.shape().rank() == 3
            && expected.dim(1) == row.length()
            && actual.length == tokens * expected.dim(2);
    if (!byToken && actual.length != count) {
      return Optional.empty();
    }
    int width = byToken ? expected.dim(2) : count;
    double maxAbs = 0;
    double squares = 0;
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < count; i++) {
      if (byToken && row.row().mask()[i / width] == 0) {
        continue; // What stands at padding is never read.
      }
      double a = expected.numbers()[i];
      double b = actual[i];
      double difference = Math.abs(a - b);
      maxAbs = Math.max(maxAbs, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
      squares += difference * difference;
      dot += a * b;
      aa += a * a;
      bb += b * b;
    }
    double relative = squares == 0 ? 0 : Math.sqrt(squares / aa);
    double cosine = aa == 0 && bb == 0 ? 1 : dot / Math.sqrt(aa * bb);
    boolean departs = !(relative <= tolerance);
    return Optional.of(new LayerDifference(name, maxAbs, relative, cosine, departs));
  }
}
