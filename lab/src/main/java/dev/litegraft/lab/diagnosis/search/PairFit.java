package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.Dial;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the values of two dials at once, by Gauss–Newton steps on the answers: where both meet in
 * one value, as a rotary base and a scale do in the scores, fitting them in turns takes many
 * rounds.
 */
final class PairFit {
  private static final int STEPS = 12;

  /** Of a logarithm: how far apart the points are between which a derivative is taken. */
  private static final double APART = 1e-3;

  /** Of a logarithm: the most that a value moves in one step. */
  private static final double FARTHEST = 1;

  /** Shorter steps that are tried where a step leads away. */
  private static final List<Double> PARTS = List.of(1.0, 0.25, 0.06);

  /** Of a score: what is no improvement any more. */
  private static final double LEAST = 1e-3;

  /** What the model answers under two values. */
  @FunctionalInterface
  interface Model {
    Optional<List<float[][]>> answers(double first, double second);
  }

  /** Two values. */
  record Values(double first, double second) {}

  private record Point(double x, double y, List<float[][]> answers, double score) {}

  private final List<float[][]> file;
  private final double rounding;
  private final Dial first;
  private final Dial second;
  private final Model model;

  /**
   * @param file the file's answers
   * @param rounding the size of differences that mean nothing
   */
  PairFit(List<float[][]> file, double rounding, Dial first, Dial second, Model model) {
    this.file = file;
    this.rounding = rounding;
    this.first = first;
    this.second = second;
    this.model = model;
  }

  /** The best values near these; empty where the model has none there. */
  Optional<Values> near(double one, double other) {
    Optional<Point> start = point(Math.log(one), Math.log(other));
    if (start.isEmpty()) {
      return Optional.empty();
    }
    Point best = start.get();
    for (int i = 0; i < STEPS; i++) {
      double before = best.score;
      Optional<Point> next = further(best);
      if (next.isEmpty()) {
        break;
      }
      best = next.get();
      if (best.score > before - LEAST) {
        break;
      }
    }
    return Optional.of(new Values(Math.exp(best.x), Math.exp(best.y)));
  }

  private Optional<Point> further(Point at) {
    Optional<Point> right = point(at.x + APART, at.y);
    Optional<Point> up = point(at.x, at.y + APART);
    if (right.isEmpty() || up.isEmpty()) {
      return Optional.empty();
    }
    double[] step = step(at, right.get(), up.get());
    for (double part : PARTS) {
      Optional<Point> next =
          point(within(first, at.x + part * step[0]), within(second, at.y + part * step[1]));
      if (next.isPresent() && next.get().score < at.score) {
        return next;
      }
    }
    return Optional.empty();
  }

  private static double within(Dial dial, double x) {
    return Math.max(Math.log(dial.from()), Math.min(Math.log(dial.to()), x));
  }

  /** Each row is weighed by how well it agrees already. */
  private double[] step(Point at, Point right, Point up) {
    List<double[]> slopes = new ArrayList<>();
    List<float[]> wanted = new ArrayList<>();
    for (int b = 0; b < file.size(); b++) {
      for (int i = 0; i < file.get(b).length; i++) {
        float[] want = file.get(b)[i];
        float[] have = at.answers.get(b)[i];
        double weight = weight(want, have, file.get(b).length);
        for (int j = 0; j < want.length; j++) {
          double x = (right.answers.get(b)[i][j] - have[j]) / APART;
          double y = (up.answers.get(b)[i][j] - have[j]) / APART;
          slopes.add(new double[] {weight * x, weight * y});
          wanted.add(new float[] {(float) (weight * (want[j] - have[j]))});
        }
      }
    }
    double[][] step =
        LeastSquares.solve(slopes.toArray(new double[0][]), wanted.toArray(new float[0][]));
    return new double[] {bounded(step[0][0]), bounded(step[1][0])};
  }

  private static double bounded(double step) {
    return Double.isFinite(step) ? Math.max(-FARTHEST, Math.min(FARTHEST, step)) : 0;
  }

  private double weight(float[] want, float[] have, int rows) {
    double rest = rounding * rounding;
    for (int j = 0; j < want.length; j++) {
      rest += ((double) have[j] - want[j]) * ((double) have[j] - want[j]);
    }
    return 1 / Math.sqrt(rest * rows);
  }

  private Optional<Point> point(double x, double y) {
    return model
        .answers(Math.exp(x), Math.exp(y))
        .map(a -> new Point(x, y, a, Distance.of(file, a, rounding).score()))
        .filter(point -> Double.isFinite(point.score));
  }
}
