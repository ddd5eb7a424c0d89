package dev.litegraft.lab.verification;

import dev.litegraft.facts.ProblemType;
import java.util.List;
import java.util.Locale;

/**
 * Whether answers are the checkpoint's.
 *
 * @param match whether they are
 * @param reason one sentence, with the numbers that decided
 * @param tolerance the largest difference that is allowed of a number of magnitude 1 or less; of a
 *     quantized file 0: it is judged by what it says, not by its numbers
 */
record Judgement(boolean match, String reason, double tolerance) {
  /**
   * Of f32 files. Two f32 computations of one model differ by 1e-6 to 1e-5 of the logits'
   * magnitude, because they add in another order; the smallest wrong setting that matters, gelu
   * with erf for gelu with tanh, moves logits by 1e-3.
   */
  static final double F32_TOLERANCE = 1e-4;

  /** Of files with f16 weights, which keep 11 bits: 2.4e-4 of each weight, over all layers. */
  static final double F16_TOLERANCE = 1e-2;

  /**
   * Quantized: how sure the checkpoint may be of a label that the file changes. Where two labels
   * are closer than this, rounding weights to int8 may decide between them.
   */
  static final double SURE = 0.25;

  /** Quantized: the mean divergence, in nats; int8 stays below a seventh of it. */
  static final double MEAN_DIVERGENCE = 0.05;

  /**
   * int8: the mean squared difference as a share of the variance of the answers. Of models with
   * random weights, which feel rounding most, 3 layers lose up to 0.7 %, 30 layers 1.3 %; a rotary
   * base of 100 000 for 10 000 loses 5 % within 64 tokens.
   */
  static final double LOST_TO_INT8 = 0.04;

  /** int4 rounds 16 times as coarsely: what of this may be a wrong setting cannot be told. */
  static final double LOST_TO_INT4 = 0.3;

  static Judgement of(List<Answer> answers, StoredAs storage, Answer.Meaning meaning) {
    for (Answer answer : answers) {
      if (Double.isInfinite(answer.maxAbs())) {
        String who = isFinite(answer.expected()) ? "it" : "the checkpoint itself";
        return new Judgement(false, who + " answers NaN or infinity, or not at all", 0);
      }
    }
    return switch (storage) {
      case F32 -> numeric(answers, F32_TOLERANCE, meaning);
      case F16 -> numeric(answers, F16_TOLERANCE, meaning);
      case INT8 -> quality(answers, LOST_TO_INT8, meaning);
      case INT4 -> quality(answers, LOST_TO_INT4, meaning);
    };
  }

  private static boolean isFinite(float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  /** How large a difference of this answer may be. */
  static double allowed(Answer answer, double tolerance, Answer.Meaning meaning) {
    // Logits are sums of terms of magnitude 1, also where they are small; embeddings are not.
    double scale = meaning.task().embeds() ? answer.scale() : Math.max(1, answer.scale());
    return tolerance * scale;
  }

  private static Judgement numeric(List<Answer> answers, double tolerance, Answer.Meaning meaning) {
    double worst = 0;
    double largest = 0;
    for (Answer answer : answers) {
      // Of a row that is a prompt alone, which is not pooled, the vector is zero.
      double allowed = allowed(answer, tolerance, meaning);
      worst = Math.max(worst, answer.maxAbs() == 0 ? 0 : answer.maxAbs() / allowed);
      largest = Math.max(largest, answer.maxAbs());
    }
    boolean match = worst <= 1;
    return new Judgement(
        match,
        text(
            "the largest difference is %.1e, %s the tolerance for rounding",
            largest, match ? percent(worst) + " of" : text("%.0f times", worst)),
        tolerance);
  }

  private static Judgement quality(List<Answer> answers, double mayBeLost, Answer.Meaning meaning) {
    double margin = 0;
    double divergence = 0;
    int labels = 0;
    int flips = 0;
    for (Answer answer : answers) {
      margin = Math.max(margin, answer.margin());
      divergence += answer.kl() / answers.size();
      labels += answer.labels();
      flips += answer.flips();
    }
    double lost = lost(answers);
    boolean match = margin <= SURE && divergence <= MEAN_DIVERGENCE && lost <= mayBeLost;
    String agreement =
        labels == 0 ? "" : percent(1 - (double) flips / labels) + " of the labels agree, ";
    boolean embedding = meaning.task().embeds();
    String distance =
        meaning.problem() == ProblemType.REGRESSION && !embedding
            ? text("%s of the variance is lost", percent(lost))
            : text(
                "the mean %s is %.1e, %s of the variance is lost",
                embedding ? "distance (1 - cosine)" : "KL divergence", divergence, percent(lost));
    return new Judgement(match, agreement + distance + sure(margin), 0);
  }

  private static String sure(double margin) {
    return margin > SURE
        ? text(", and a label changes of which the checkpoint is sure (lead %.2f)", margin)
        : "";
  }

  /**
   * The mean squared difference over the variance of the checkpoint's answers between questions.
   */
  static double lost(List<Answer> answers) {
    double squares = 0;
    double sum = 0;
    double sumOfSquares = 0;
    long count = 0;
    for (Answer answer : answers) {
      squares += answer.meanSquare() * answer.expected().length;
      for (float number : answer.expected()) {
        sum += number;
        sumOfSquares += (double) number * number;
      }
      count += answer.expected().length;
    }
    double variance = sumOfSquares / count - sum / count * (sum / count);
    return squares == 0 ? 0 : squares / count / variance;
  }

  private static String percent(double fraction) {
    return text(fraction < 0.1 ? "%.1f %%" : "%.0f %%", 100 * fraction);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
