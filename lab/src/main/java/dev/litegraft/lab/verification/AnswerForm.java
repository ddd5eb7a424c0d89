package dev.litegraft.lab.verification;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.ProblemType;
import java.util.List;

/**
 * In which form a file gives its answers: the logits themselves, or probabilities, as some tools
 * put a softmax or sigmoid behind them. Both tell the same of a text.
 */
public enum AnswerForm {
  LOGITS("logits"),
  SOFTMAX("softmax of the logits"),
  SIGMOID("sigmoid of the logits");

  /** Farther out, f32 keeps too few digits of a probability near 1. */
  private static final double FARTHEST = 6;

  private static final double LEAST = 1e-30;

  /** How far the probabilities of a text may be from 1 together. */
  private static final double ROUNDING = 1e-3;

  private final String words;

  AnswerForm(String words) {
    this.words = words;
  }

  /** As a sentence calls it. */
  public String words() {
    return words;
  }

  /** The form that a file of ours says. */
  public static AnswerForm said(ModelFacts facts) {
    if (!facts.answersWithProbabilities()) {
      return LOGITS;
    }
    return facts.problemType().filter(type -> type == ProblemType.MULTI_LABEL).isPresent()
        ? SIGMOID
        : SOFTMAX;
  }

  /**
   * The form of a file's numbers.
   *
   * @param answers the file's, a row each
   * @param expected the checkpoint's logits of the same rows
   * @param width numbers that belong together
   */
  static AnswerForm of(List<float[]> answers, List<float[]> expected, int width) {
    if (!areProbabilities(answers, 1e-6) || areProbabilities(expected, 0.02)) {
      return LOGITS;
    }
    for (float[] row : answers) {
      for (int from = 0; from + width <= row.length; from += width) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
          sum += row[from + i];
        }
        if (width == 1 || Math.abs(sum - 1) > ROUNDING) {
          return SIGMOID;
        }
      }
    }
    return SOFTMAX;
  }

  private static boolean areProbabilities(List<float[]> rows, double slack) {
    for (float[] row : rows) {
      for (float number : row) {
        if (!(number >= -slack && number <= 1 + slack)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The logits behind a file's numbers, as far as they can be told. */
  public float[] logits(float[] numbers, int width) {
    float[] logits = new float[numbers.length];
    for (int i = 0; i < logits.length; i++) {
      double p = numbers[i];
      logits[i] =
          (float)
              switch (this) {
                case LOGITS -> p;
                case SOFTMAX -> Math.log(Math.max(LEAST, p));
                case SIGMOID -> Math.log(p) - Math.log1p(-p);
              };
    }
    return comparable(logits, width);
  }

  /** What of a model's logits can be compared with {@link #logits}. */
  public float[] comparable(float[] logits, int width) {
    if (this == LOGITS) {
      return logits;
    }
    float[] kept = logits.clone();
    for (int from = 0; from + width <= kept.length; from += width) {
      double sum = 0;
      for (int i = from; i < from + width; i++) {
        sum += logits[i];
      }
      for (int i = from; i < from + width; i++) {
        // A softmax forgets what all logits have in common.
        kept[i] =
            this == SOFTMAX
                ? (float) (logits[i] - sum / width)
                : (float) Math.max(-FARTHEST, Math.min(FARTHEST, logits[i]));
      }
    }
    return kept;
  }
}
