package dev.litegraft.lab.tuning;

import dev.litegraft.lab.evaluation.Comparison;
import dev.litegraft.lab.evaluation.Gates;
import dev.litegraft.lab.statistics.Difference;
import dev.litegraft.lab.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a file must keep of the answers in f32.
 *
 * @param kind which number
 * @param value its bound, a part of 1
 */
public record Bound(Kind kind, double value) {
  /** Which number is bounded. */
  public enum Kind {
    /** At least this part of the rows has the same answer. */
    MIN_AGREEMENT,
    /** The main measure is lower by this at most. */
    MAX_DROP
  }

  /**
   * What a file reaches.
   *
   * @param value the agreement or the drop
   * @param interval where it lies with 95 % confidence
   * @param met whether the value meets the bound
   * @param isUncertain whether the bound lies inside the interval: other rows could decide
   *     otherwise
   */
  public record Reached(double value, Interval interval, boolean met, boolean isUncertain) {}

  Reached of(Comparison beside, Optional<String> mainMeasure) {
    if (kind == Kind.MIN_AGREEMENT) {
      double agreement = beside.agreement();
      return reached(agreement, beside.agreementInterval(), Gates.isAtLeast(agreement, value));
    }
    Difference difference = mainMeasure.flatMap(beside::difference).orElseThrow();
    Interval drop = new Interval(0 - difference.interval().high(), 0 - difference.interval().low());
    return reached(0 - difference.value(), drop, Gates.isAtMost(0 - difference.value(), value));
  }

  /** The same as gates of an evaluation, which say whether the data define them. */
  Gates gates() {
    OptionalDouble bound = OptionalDouble.of(value);
    OptionalDouble none = OptionalDouble.empty();
    return kind == Kind.MIN_AGREEMENT
        ? new Gates(none, none, bound, none)
        : new Gates(none, bound, none, none);
  }

  private Reached reached(double number, Interval interval, boolean met) {
    return new Reached(number, interval, met, value > interval.low() && value < interval.high());
  }
}
