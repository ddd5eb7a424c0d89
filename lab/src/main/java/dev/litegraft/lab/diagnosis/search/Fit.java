package dev.litegraft.lab.diagnosis.search;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;

/**
 * Finds the value of a dial under which a model and the file agree best: the one with the lowest
 * {@link Distance#score()}.
 *
 * <p>A golden-section search narrows the bracket; then Gauss–Newton steps on the answers
 * themselves, each row weighed by how well it agrees already, go the rest of the way. Where the
 * dial is the fault, a few steps reach rounding.
 */
final class Fit {
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final int NARROWINGS = 6;
  private static final int NARROWINGS_OF_WHOLE = 14;
  private static final int STEPS = 10;

  /** How far from a good value the best one may be, as a logarithm, where answers move in steps. */
  private static final double REACH = 0.25;

  private static final int SCANNED = 40;

  /** Of a logarithm: a ten-thousandth of a percent of the value. */
  private static final double SMALLEST_STEP = 1e-6;

  private final List<float[][]> file;
  private final double rounding;
  private final DoubleFunction<Optional<List<float[][]>>> model;
  private final double low;
  private final double high;
  private final boolean whole;
  private final boolean rough;

  /** A value's logarithm, and what the model answers there. */
  private record Point(double x, List<float[][]> answers, double score) {}

  /**
   * @param file the file's answers
   * @param rounding the size of differences that mean nothing
   * @param model the model's answers under a value
   * @param from the least value
   * @param to the largest value
   * @param whole whether only whole numbers make sense
   * @param rough whether answers move in steps, as those of int8 do: then they agree only very near
   *     the value, and the surroundings of the best one are looked through
   */
  Fit(
      List<float[][]> file,
      double rounding,
      DoubleFunction<Optional<List<float[][]>>> model,
      double from,
      double to,
      boolean whole,
      boolean rough) {
    this.file = file;
    this.rounding = rounding;
    this.model = model;
    this.low = Math.log(from);
    this.high = Math.log(to);
    this.whole = whole;
    this.rough = rough;
  }

  /** The best value. */
  double value() {
    Point best = point(low);
    Point next = point(high);
    double left = low;
    double right = high;
    Point a = point(right - GOLDEN * (right - left));
    Point b = point(left + GOLDEN * (right - left));
    for (int i = 0; ; i++) {
      for (Point p : List.of(a, b)) {
        if (p.score < best.score) {
          next = best;
          best = p;
        } else if (p.score < next.score && p.x != best.x) {
          next = p;
        }
      }
      if (i == (whole ? NARROWINGS_OF_WHOLE : NARROWINGS)) {
        return rough ? scanned(best) : whole ? exp(best) : Math.exp(polished(best, next));
      }
      if (a.score < b.score) {
        right = b.x;
        b = a;
        a = point(right - GOLDEN * (right - left));
      } else {
        left = a.x;
        a = b;
        b = point(left + GOLDEN * (right - left));
      }
    }
  }

  private double exp(Point point) {
    return whole ? Math.rint(Math.exp(point.x)) : Math.exp(point.x);
  }

  /** The best value near a good one: of many, and then of many between the neighbours of that. */
  private double scanned(Point good) {
    Point best = good;
    double reach = REACH;
    for (int round = 0; round < 3; round++) {
      double from = Math.max(low, best.x - reach);
      double step = (Math.min(high, best.x + reach) - from) / SCANNED;
      for (int i = 0; i <= SCANNED; i++) {
        Point next = point(from + i * step);
        best = next.score < best.score ? next : best;
      }
      reach = step;
    }
    return exp(best);
  }

  private double polished(Point first, Point second) {
    Point best = first;
    Point other = second;
    for (int i = 0; i < STEPS; i++) {
      double step = step(best, other);
      Point next = point(Math.min(high, Math.max(low, best.x + step)));
      if (!(next.score < best.score)) {
        next = point(Math.min(high, Math.max(low, best.x + step / 4)));
      }
      if (!(next.score < best.score)) {
        return best.x;
      }
      other = best;
      best = next;
      if (Math.abs(best.x - other.x) < SMALLEST_STEP) {
        return best.x;
      }
    }
    return best.x;
  }

  /** One Gauss–Newton step, the derivative taken between two points. */
  private double step(Point at, Point other) {
    if (at.answers.isEmpty() || other.answers.isEmpty() || at.x == other.x) {
      return 0;
    }
    double along = 0;
    double squares = 0;
    for (int b = 0; b < file.size(); b++) {
      for (int i = 0; i < file.get(b).length; i++) {
        float[] want = file.get(b)[i];
        float[] have = at.answers.get(b)[i];
        float[] had = other.answers.get(b)[i];
        double rest = rounding * rounding;
        double rowAlong = 0;
        double rowSquares = 0;
        for (int j = 0; j < want.length; j++) {
          double residual = (double) have[j] - want[j];
          double slope = ((double) have[j] - had[j]) / (at.x - other.x);
          rest += residual * residual;
          rowAlong += residual * slope;
          rowSquares += slope * slope;
        }
        along += rowAlong / rest / file.get(b).length;
        squares += rowSquares / rest / file.get(b).length;
      }
    }
    return squares == 0 ? 0 : -along / squares;
  }

  private Point point(double x) {
    Optional<List<float[][]>> answers = model.apply(Math.exp(x));
    double score = answers.map(a -> Distance.of(file, a, rounding).score()).orElse(1e300);
    return new Point(x, answers.orElse(List.of()), Double.isFinite(score) ? score : 1e300);
  }
}
