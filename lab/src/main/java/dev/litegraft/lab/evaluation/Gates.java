package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.lab.statistics.Difference;
import dev.litegraft.lab.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What files must reach.
 *
 * @param minAccuracy of the main measure of the task, of each file
 * @param maxDrop of it below the first file, of each further file
 * @param minAgreement with the first file, of each further file
 * @param maxP95 of a call, in milliseconds, of each file
 */
public record Gates(
    OptionalDouble minAccuracy,
    OptionalDouble maxDrop,
    OptionalDouble minAgreement,
    OptionalDouble maxP95) {
  /** More than differences of parts of 1 are rounded by, and less than a row of any data. */
  private static final double ROUNDED = 1e-12;

  /** Whether a value is a bound or above, where 0.952 less 0.944 is 0.008, as it is in decimals. */
  public static boolean isAtLeast(double value, double bound) {
    return value >= bound - ROUNDED;
  }

  /** Whether a value is a bound or below, in the same way. */
  public static boolean isAtMost(double value, double bound) {
    return value <= bound + ROUNDED;
  }

  /** No bounds. */
  public static Gates none() {
    return new Gates(
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /**
   * Says which bound could not be judged, before the work.
   *
   * @throws InvalidRequestException if there is one
   */
  void requireComputable(int files, Optional<String> mainMeasure) {
    if (files < 2 && (maxDrop.isPresent() || minAgreement.isPresent())) {
      throw fault(
          maxDrop.isPresent() ? "--max-drop" : "--min-agreement",
          "there is one file alone, and nothing to compare it with",
          "name the file or folder to compare with first");
    }
    if (mainMeasure.isEmpty() && (maxDrop.isPresent() || minAccuracy.isPresent())) {
      throw fault(
          maxDrop.isPresent() ? "--max-drop" : "--min-accuracy",
          "the data do not say what is right",
          "name the column of labels with --label-column, or ask for --min-agreement");
    }
  }

  /**
   * Says which bound of these rows is not defined, before the work.
   *
   * @param noMeasure why there is no main measure
   * @param noAgreement why there is no agreement
   * @throws InvalidRequestException if there is one
   */
  void requireDefined(Optional<String> noMeasure, Optional<String> noAgreement) {
    if (noMeasure.isPresent() && (maxDrop.isPresent() || minAccuracy.isPresent())) {
      throw fault(
          maxDrop.isPresent() ? "--max-drop" : "--min-accuracy",
          noMeasure.get(),
          "give more rows, or leave the gate out");
    }
    if (noAgreement.isPresent() && minAgreement.isPresent()) {
      throw fault("--min-agreement", noAgreement.get(), "give more rows, or leave the gate out");
    }
  }

  private static InvalidRequestException fault(String option, String why, String remedy) {
    return new InvalidRequestException("the gate cannot be computed: " + why, option, remedy);
  }

  /** Each bound with what each file reaches. */
  public List<Gate> judge(EvaluationReport report) {
    List<Gate> gates = new ArrayList<>();
    for (FileReport file : report.files()) {
      Optional<FileReport.MeasuredValue> main = report.mainMeasure().flatMap(file::measure);
      minAccuracy.ifPresent(
          bound ->
              main.ifPresent(
                  m -> gates.add(least("min_accuracy", file, bound, m.value(), m.interval()))));
      file.comparison().ifPresent(c -> compared(file, c, report.mainMeasure(), gates));
      maxP95.ifPresent(
          bound ->
              gates.add(
                  most(
                      "max_p95_ms",
                      file,
                      bound,
                      file.latency().p95(),
                      file.latency().p95Interval())));
    }
    return gates;
  }

  private void compared(
      FileReport file, Comparison comparison, Optional<String> main, List<Gate> gates) {
    Optional<Difference> difference = main.flatMap(comparison::difference);
    maxDrop.ifPresent(
        bound ->
            difference.ifPresent(
                d ->
                    gates.add(
                        most(
                            "max_drop",
                            file,
                            bound,
                            0 - d.value(),
                            new Interval(0 - d.interval().high(), 0 - d.interval().low())))));
    minAgreement.ifPresent(
        bound ->
            gates.add(
                least(
                    "min_agreement",
                    file,
                    bound,
                    comparison.agreement(),
                    comparison.agreementInterval())));
  }

  private static Gate least(
      String name, FileReport file, double bound, double value, Interval interval) {
    return new Gate(name, file.file(), bound, value, interval, isAtLeast(value, bound));
  }

  private static Gate most(
      String name, FileReport file, double bound, double value, Interval interval) {
    return new Gate(name, file.file(), bound, value, interval, isAtMost(value, bound));
  }
}
