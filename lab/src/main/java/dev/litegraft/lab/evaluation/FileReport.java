package dev.litegraft.lab.evaluation;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.lab.statistics.Calibration;
import dev.litegraft.lab.statistics.Confusion;
import dev.litegraft.lab.statistics.Interval;
import java.util.List;
import java.util.Optional;

/**
 * What one file is worth.
 *
 * @param file its path, or that of the checkpoint's folder
 * @param bytes its size
 * @param recipe how it is stored; empty where it does not say so
 * @param rounding how its numbers are rounded; {@code plain} where it does not say so
 * @param footprint memory and start; absent where they were not measured
 * @param latency of one call
 * @param rowsPerSecond of all rows, on all threads
 * @param truncated how many texts were longer than the model takes
 * @param measures against what is right; none without labels
 * @param classes by class; empty where there are none
 * @param confusion of classes; absent where there are none
 * @param reliability confidence against accuracy; empty where there is none
 * @param comparison with the first file; absent of the first
 */
public record FileReport(
    String file,
    long bytes,
    String recipe,
    String rounding,
    Optional<Footprint> footprint,
    Latency latency,
    double rowsPerSecond,
    long truncated,
    List<MeasuredValue> measures,
    List<ClassReport> classes,
    Optional<Confusion> confusion,
    List<Calibration.Bin> reliability,
    Optional<Comparison> comparison) {
  /**
   * A measure.
   *
   * @param name as JSON calls it
   * @param value what it is
   * @param interval where it lies with 95 % confidence
   */
  public record MeasuredValue(String name, double value, Interval interval) {}

  /** One that is rounded plainly. */
  public FileReport(
      String file,
      long bytes,
      String recipe,
      Optional<Footprint> footprint,
      Latency latency,
      double rowsPerSecond,
      long truncated,
      List<MeasuredValue> measures,
      List<ClassReport> classes,
      Optional<Confusion> confusion,
      List<Calibration.Bin> reliability,
      Optional<Comparison> comparison) {
    this(
        file,
        bytes,
        recipe,
        ModelFacts.PLAIN_ROUNDING,
        footprint,
        latency,
        rowsPerSecond,
        truncated,
        measures,
        classes,
        confusion,
        reliability,
        comparison);
  }

  /** The same beside the first file. */
  FileReport with(Comparison beside) {
    return new FileReport(
        file,
        bytes,
        recipe,
        rounding,
        footprint,
        latency,
        rowsPerSecond,
        truncated,
        measures,
        classes,
        confusion,
        reliability,
        Optional.of(beside));
  }

  /**
   * The recipe, and how it is rounded where that is not plainly: {@code dynamic_wi4_afp32 gptq}.
   */
  public String recipeAndRounding() {
    return rounding.equals(ModelFacts.PLAIN_ROUNDING) ? recipe : recipe + " " + rounding;
  }

  /** A measure by its name. */
  public Optional<MeasuredValue> measure(String name) {
    return measures.stream().filter(m -> m.name().equals(name)).findFirst();
  }
}
