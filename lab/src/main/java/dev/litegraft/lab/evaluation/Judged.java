package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.evaluation.FileReport.MeasuredValue;
import dev.litegraft.lab.evaluation.Task.Answers;
import dev.litegraft.lab.evaluation.Task.Beside;
import dev.litegraft.lab.evaluation.Task.Measured;
import dev.litegraft.lab.statistics.Difference;
import dev.litegraft.lab.statistics.Interval;
import dev.litegraft.lab.statistics.PairedBootstrap;
import dev.litegraft.lab.statistics.Proportions;
import dev.litegraft.lab.statistics.Statistic;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Answers judged against what is right and against those of the first file. Accuracy has Wilson's
 * interval and its difference Newcombe's; the others have those of a paired bootstrap.
 */
final class Judged {
  private static final String ACCURACY = "accuracy";

  private final int items;
  private final int judged;
  private final Optional<String> noAgreement;
  private final Answers first;

  /**
   * Of answers.
   *
   * @param items of how many items
   * @param judged of how many of those it is known what is right
   * @param noAgreement why none of those says anything of agreement; absent where some may
   * @param first the answers of the first file
   */
  Judged(int items, int judged, Optional<String> noAgreement, Answers first) {
    this.items = items;
    this.judged = judged;
    this.noAgreement = noAgreement;
    this.first = first;
  }

  FileReport report(EvaluationRun.Asked asked, Optional<Footprint> footprint) throws IOException {
    Answers answers = asked.answers();
    return new FileReport(
        asked.candidate().shown().toString(),
        Files.size(asked.candidate().file()),
        asked.candidate().known().recipe(),
        asked.candidate().known().rounding(),
        footprint,
        asked.latency(),
        asked.rate(),
        asked.truncated(),
        values(answers),
        answers.classes(),
        answers.confusion(),
        answers.reliability(),
        answers == first ? Optional.empty() : Optional.of(comparison(answers)));
  }

  private List<MeasuredValue> values(Answers answers) {
    List<Measured> measures = answers.measures();
    List<Interval> intervals =
        PairedBootstrap.of(items).intervals(measures.stream().map(Measured::statistic).toList());
    return IntStream.range(0, measures.size())
        .mapToObj(
            i -> {
              Measured measure = measures.get(i);
              return new MeasuredValue(
                  measure.name(),
                  measure.statistic().of(items),
                  wilson(measure.name(), answers).orElse(intervals.get(i)));
            })
        .toList();
  }

  private static Optional<Interval> wilson(String measure, Answers answers) {
    return measure.equals(ACCURACY)
        ? answers.right().map(right -> Proportions.wilson(count(right), right.length))
        : Optional.empty();
  }

  private static long count(boolean[] right) {
    return IntStream.range(0, right.length).filter(i -> right[i]).count();
  }

  private Comparison comparison(Answers answers) {
    Beside beside = answers.beside(first);
    double[] same = beside.agreement().clone();
    if (noAgreement.isPresent()) {
      Arrays.fill(same, Double.NaN);
    }
    double agreement = Statistic.mean(same).of(items);
    Optional<String> why = noAgreement.or(beside::leftOut);
    return new Comparison(
        agreement,
        interval(same, agreement, beside.whole()),
        Double.isNaN(agreement) ? why.map(Judged::nothing) : why,
        differences(answers),
        mcNemar(answers),
        beside.numbers(),
        beside.flips());
  }

  /** That agreement is not defined, in a sentence. */
  static String nothing(String why) {
    return "agreement says nothing: " + why;
  }

  private Interval interval(double[] same, double agreement, boolean whole) {
    long n = Arrays.stream(same).filter(one -> !Double.isNaN(one)).count();
    return whole && n > 0
        ? Proportions.wilson(Math.round(agreement * n), n)
        : PairedBootstrap.of(items).intervals(List.of(Statistic.mean(same))).get(0);
  }

  private Map<String, Difference> differences(Answers answers) {
    List<Measured> measures = answers.measures();
    List<Difference> bootstrapped =
        PairedBootstrap.of(items)
            .differences(
                first.measures().stream().map(Measured::statistic).toList(),
                measures.stream().map(Measured::statistic).toList());
    Map<String, Difference> differences = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(measures.stream().map(Measured::name).toList());
    for (int i = 0; i < names.size(); i++) {
      Difference difference = bootstrapped.get(i);
      differences.put(
          names.get(i), new Difference(difference.value(), difference.interval(), judged));
    }
    if (names.contains(ACCURACY) && answers.right().isPresent()) {
      differences.put(ACCURACY, ofAccuracy(answers));
    }
    return differences;
  }

  /** Rows that are right in both, only in this file, only in the first, and in none. */
  private long[] cells(Answers answers) {
    boolean[] now = answers.right().orElseThrow();
    boolean[] before = first.right().orElseThrow();
    long[] cells = new long[4];
    for (int i = 0; i < now.length; i++) {
      cells[now[i] ? (before[i] ? 0 : 1) : (before[i] ? 2 : 3)]++;
    }
    return cells;
  }

  private Difference ofAccuracy(Answers answers) {
    long[] cells = cells(answers);
    return new Difference(
        (double) (cells[1] - cells[2]) / items,
        Proportions.newcombe(cells[0], cells[1], cells[2], cells[3]),
        items);
  }

  private OptionalDouble mcNemar(Answers answers) {
    if (answers.right().isEmpty()) {
      return OptionalDouble.empty();
    }
    long[] cells = cells(answers);
    return OptionalDouble.of(Proportions.mcNemar(cells[1], cells[2]));
  }
}
