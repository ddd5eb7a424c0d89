package dev.litegraft.lab.verification;

import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import java.util.Arrays;

/**
 * One question: what the checkpoint and the file answer, and how far they are apart.
 *
 * @param question what was asked
 * @param expected the checkpoint's numbers
 * @param actual the file's numbers; NaN where the file has none
 * @param maxAbs the largest difference; infinite where a number of the file is NaN or infinite
 * @param meanAbs the mean of the differences
 * @param meanSquare the mean of their squares
 * @param kl the Kullback–Leibler divergence of the file's probabilities from the checkpoint's, in
 *     nats: of tokens the largest; of embeddings 1 − cosine; of a regression 0
 * @param labels how many labels were given: one a text, or one an attended token
 * @param flips how many of them differ
 * @param margin how sure the checkpoint was of the labels that differ: the largest difference of
 *     its two largest probabilities; 0 where none differs
 */
record Answer(
    Question question,
    float[] expected,
    float[] actual,
    double maxAbs,
    double meanAbs,
    double meanSquare,
    double kl,
    int labels,
    int flips,
    double margin) {

  /** What the numbers mean. */
  record Meaning(Task task, ProblemType problem, int width) {
    /** Of a model's answers. */
    static Meaning of(Model model) {
      return new Meaning(
          model.task(), model.problemType().orElse(ProblemType.REGRESSION), model.answerWidth());
    }

    /** Of embeddings the width is what the reference says. */
    Meaning of(float[] expected) {
      return task == Task.EMBEDDING || task == Task.SPARSE_EMBEDDING
          ? new Meaning(task, problem, expected.length)
          : this;
    }
  }

  /**
   * Compares.
   *
   * @param expected [width], or of tokens [t · width] of the row as the reference read it
   * @param actual as {@code expected}, of the row as the file read it, which may be longer
   */
  static Answer of(Question question, float[] expected, float[] actual, Meaning meaning) {
    Tally tally = new Tally(meaning);
    int width = meaning.width();
    int rows = meaning.task().everyToken() ? expected.length / width : 1;
    int numbers = 0;
    for (int row = 0; row < rows; row++) {
      if (rows == 1 || question.row().mask()[row] == 1) {
        tally.row(expected, actual, row * width);
        numbers += width;
      }
    }
    return new Answer(
        question,
        expected,
        actual,
        tally.maxAbs,
        tally.sumAbs / Math.max(1, numbers),
        tally.squares / Math.max(1, numbers),
        tally.kl,
        tally.labels,
        tally.flips,
        tally.margin);
  }

  /** The largest magnitude of the checkpoint's numbers. */
  double scale() {
    double scale = 0;
    for (float number : expected) {
      scale = Math.max(scale, Math.abs(number));
    }
    return scale;
  }

  /** What is counted over the rows of an answer. */
  private static final class Tally {
    private final Meaning meaning;
    private double maxAbs;
    private double sumAbs;
    private double squares;
    private double kl;
    private int labels;
    private int flips;
    private double margin;

    Tally(Meaning meaning) {
      this.meaning = meaning;
    }

    void row(float[] expected, float[] actual, int from) {
      int width = meaning.width();
      for (int i = from; i < from + width; i++) {
        double difference = Math.abs((double) expected[i] - actual[i]);
        difference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        maxAbs = Math.max(maxAbs, difference);
        sumAbs += difference;
        squares += difference * difference;
      }
      double divergence = 0;
      if (meaning.task().embeds()) {
        divergence = 1 - Numbers.cosine(row(expected, from), row(actual, from));
      } else if (meaning.problem() == ProblemType.SINGLE_LABEL) {
        double[] p = Numbers.softmax(expected, from, width);
        double[] q = Numbers.softmax(actual, from, width);
        divergence = Numbers.divergence(p, q);
        // NaN is no label, whichever comes first.
        label(!Double.isNaN(q[0]) && Numbers.largest(p) == Numbers.largest(q), Numbers.lead(p));
      } else if (meaning.problem() == ProblemType.MULTI_LABEL) {
        for (int i = from; i < from + width; i++) {
          double p = Numbers.sigmoid(expected[i]);
          double q = Numbers.sigmoid(actual[i]);
          divergence += Numbers.divergence(new double[] {p, 1 - p}, new double[] {q, 1 - q});
          label(!Double.isNaN(q) && p > 0.5 == q > 0.5, Math.abs(2 * p - 1));
        }
      }
      kl = Math.max(kl, Double.isNaN(divergence) ? Double.POSITIVE_INFINITY : divergence);
    }

    private float[] row(float[] numbers, int from) {
      int width = meaning.width();
      return from == 0 && numbers.length == width
          ? numbers
          : Arrays.copyOfRange(numbers, from, from + width);
    }

    private void label(boolean same, double lead) {
      labels++;
      if (!same) {
        flips++;
        margin = Math.max(margin, lead);
      }
    }
  }
}
