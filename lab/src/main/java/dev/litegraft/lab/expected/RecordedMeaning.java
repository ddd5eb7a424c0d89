package dev.litegraft.lab.expected;

import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import dev.litegraft.model.Model;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** What the library makes of logits, scores with labels, and what we make of the same ones. */
final class RecordedMeaning {
  private static final double SCORES = 1e-4;

  /** Two scores nearer than this may stand in either order. */
  private static final double APART = 1e-3;

  private RecordedMeaning() {}

  /** The first answer whose scores or labels are others than ours. */
  static Optional<ExpectedReport> departure(Model model, RecordedAnswers recorded, double most) {
    if (model.task() == Task.TOKEN_CLASSIFICATION) {
      return recorded.answers().stream()
          .flatMap(answer -> ofTokens(model, recorded, answer, most).stream())
          .findFirst();
    }
    if (model.task() != Task.SEQUENCE_CLASSIFICATION) {
      return Optional.empty();
    }
    ProblemType type = model.problemType().orElse(ProblemType.SINGLE_LABEL);
    for (RecordedAnswer answer : recorded.answers()) {
      double[] theirs = sorted(answer.scores());
      // A CrossEncoder of several labels gives the logits themselves.
      boolean raw = Arrays.equals(answer.scores(), answer.numbers()) && theirs.length > 1;
      if (theirs.length == 0 || raw) {
        continue;
      }
      double[] own = Scores.of(answer.numbers(), type);
      List<Integer> order =
          IntStream.range(0, own.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -own[i]))
              .toList();
      Optional<ExpectedReport> found = ofScores(type, recorded, answer, most, own, order);
      if (found.isEmpty()) {
        found = ofLabels(model, recorded, answer, most, own, order);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The largest first; a record may hold the first ones only. */
  private static double[] sorted(double[] scores) {
    return Arrays.stream(scores).map(score -> -score).sorted().map(score -> -score).toArray();
  }

  private static Optional<ExpectedReport> ofScores(
      ProblemType type,
      RecordedAnswers recorded,
      RecordedAnswer answer,
      double most,
      double[] own,
      List<Integer> order) {
    double[] theirs = sorted(answer.scores());
    for (int i = 0; i < theirs.length; i++) {
      double ours = own[order.get(i)];
      if (Math.abs(ours - theirs[i]) > SCORES * Math.max(1, Math.abs(ours))) {
        return Optional.of(
            ExpectedReport.different(
                recorded,
                most,
                String.format(
                    Locale.ROOT,
                    "the logits are the original's, but its score is %.4f, where ours is %.4f",
                    theirs[i],
                    ours),
                recorded.where(answer),
                Scores.named(answer.numbers(), theirs)
                    .map(
                        other ->
                            "problem_type, or the activation behind the logits: our reading is "
                                + type.hfName()
                                + ", the original's is "
                                + other.hfName())));
      }
    }
    return Optional.empty();
  }

  private static Optional<ExpectedReport> ofLabels(
      Model model,
      RecordedAnswers recorded,
      RecordedAnswer answer,
      double most,
      double[] own,
      List<Integer> order) {
    List<Integer> theirs =
        IntStream.range(0, answer.labels().size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -answer.scores()[i]))
            .toList();
    for (int i = 0; i < theirs.size(); i++) {
      double score = own[order.get(i)];
      boolean clear =
          (i == 0 || own[order.get(i - 1)] - score > APART)
              && (i + 1 == own.length || score - own[order.get(i + 1)] > APART);
      String label = answer.labels().get(theirs.get(i));
      String ours = model.labels().get(order.get(i));
      if (clear && !label.equals(ours)) {
        return Optional.of(label(recorded, answer, most, order.get(i), ours, label));
      }
    }
    return Optional.empty();
  }

  /** The likeliest label of each token. */
  private static Optional<ExpectedReport> ofTokens(
      Model model, RecordedAnswers recorded, RecordedAnswer answer, double most) {
    int width = model.labels().size();
    if (answer.labels().size() * width != answer.numbers().length) {
      return Optional.empty();
    }
    for (int token = 0; token < answer.labels().size(); token++) {
      double[] logits = Arrays.copyOfRange(answer.numbers(), token * width, (token + 1) * width);
      int best =
          IntStream.range(0, width)
              .boxed()
              .max(Comparator.comparingDouble(i -> logits[i]))
              .orElse(0);
      double largest = logits[best];
      boolean clear = Arrays.stream(logits).filter(n -> n > largest - APART).count() == 1;
      String theirs = answer.labels().get(token);
      if (clear && !theirs.equals(model.labels().get(best))) {
        return Optional.of(label(recorded, answer, most, best, model.labels().get(best), theirs));
      }
    }
    return Optional.empty();
  }

  private static ExpectedReport label(
      RecordedAnswers recorded,
      RecordedAnswer answer,
      double most,
      int number,
      String ours,
      String theirs) {
    return ExpectedReport.different(
        recorded,
        most,
        "the logits are the original's, but its label is " + theirs + ", where ours is " + ours,
        recorded.where(answer),
        Optional.of(
            "id2label of config.json: number "
                + number
                + " is "
                + ours
                + " here, and "
                + theirs
                + " where the answers were recorded"));
  }
}
