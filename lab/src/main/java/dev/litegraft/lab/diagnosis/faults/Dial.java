package dev.litegraft.lab.diagnosis.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * A setting with a continuous value, which is fitted.
 *
 * @param setting the key in config.json, or a documented word
 * @param own the checkpoint's value; a fault may be a small step away from it
 * @param from the smallest value that is tried, above 0
 * @param to the largest value that is tried
 * @param whole whether only whole numbers make sense
 * @param wellKnown values that tools really use; tried first
 * @param at the hypothesis that the file has this value
 */
public record Dial(
    String setting,
    double own,
    double from,
    double to,
    boolean whole,
    List<Double> wellKnown,
    DoubleFunction<Hypothesis> at) {
  /** Points of the first look, on a logarithmic scale. */
  private static final int GRID = 9;

  /** Steps from the checkpoint's own value, for a look at the values around it. */
  private static final List<Double> STEPS = List.of(1 / 1.3, 1 / 1.04, 1.04, 1.3);

  /** One of any number. */
  public Dial(
      String setting,
      double own,
      double from,
      double to,
      List<Double> wellKnown,
      DoubleFunction<Hypothesis> at) {
    this(setting, own, from, to, false, wellKnown, at);
  }

  /** A value that makes sense. */
  public double allowed(double value) {
    return whole ? Math.rint(value) : value;
  }

  /** Values for a first look, ascending. */
  public List<Double> coarse() {
    List<Double> points = new ArrayList<>(wellKnown);
    double low = Math.log(from);
    double high = Math.log(to);
    for (int i = 0; i < GRID; i++) {
      points.add(Math.exp(low + (high - low) * i / (GRID - 1)));
    }
    STEPS.forEach(step -> points.add(own * step));
    return points.stream()
        .map(this::allowed)
        .filter(point -> point >= from && point <= to)
        .sorted()
        .distinct()
        .toList();
  }
}
