package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.tensor.TensorData;
import java.io.IOException;

/**
 * Two numbers of each row of a file's matrix that hardly move when the row is rounded, and not at
 * all when it is multiplied: by them a row is found among many without reading these again.
 */
final class RowSketches {
  /** How many times its deviation the rounding of a sketch may be. */
  private static final double DEVIATIONS = 6;

  /** What f32 makes of a sketch. */
  private static final double F32_ROUNDING = 1e-4;

  /** The deviation of a number that is rounded to steps, as a part of a step. */
  private static final double OF_A_STEP = 1 / Math.sqrt(12);

  private final double[] first;
  private final double[] second;
  private final double[] allowed;

  /** A row that is looked for. */
  record Sketch(double first, double second) {
    /** Of {@code row · columns}. */
    static Sketch of(float[] row, float[] columns) {
      double squares = 0;
      double a = 0;
      double b = 0;
      for (int i = 0; i < row.length; i++) {
        double number = (double) row[i] * columns[i];
        squares += number * number;
        a += firstSign(i) * number;
        b += secondSign(i) * number;
      }
      double length = Math.sqrt(Math.max(squares, Double.MIN_NORMAL));
      return new Sketch(a / length, b / length);
    }
  }

  private RowSketches(int rows) {
    first = new double[rows];
    second = new double[rows];
    allowed = new double[rows];
  }

  /** Of every row; the matrix is read once, as it is stored. */
  static RowSketches of(FileMatrix matrix) throws IOException {
    RowSketches sketches = new RowSketches(matrix.rows());
    double[] squares = new double[matrix.rows()];
    float[] largest = new float[matrix.rows()];
    TensorData stored = matrix.stored();
    float[] line = new float[stored.shape().dim(1)];
    for (int i = 0; i < stored.shape().dim(0); i++) {
      stored.read((long) i * line.length, line, 0, line.length);
      for (int j = 0; j < line.length; j++) {
        int row = matrix.isTurned() ? j : i;
        int column = matrix.isTurned() ? i : j;
        float number = line[j];
        squares[row] += (double) number * number;
        largest[row] = Math.max(largest[row], Math.abs(number));
        sketches.first[row] += firstSign(column) * number;
        sketches.second[row] += secondSign(column) * number;
      }
    }
    for (int row = 0; row < squares.length; row++) {
      double length = Math.sqrt(Math.max(squares[row], Double.MIN_NORMAL));
      sketches.first[row] /= length;
      sketches.second[row] /= length;
      double step = matrix.steps() * (matrix.largest() > 0 ? matrix.largest() : largest[row]);
      double noise = step * Math.sqrt(matrix.columns()) * OF_A_STEP / length;
      sketches.allowed[row] = DEVIATIONS * (noise + matrix.rounding()) + F32_ROUNDING;
    }
    return sketches;
  }

  /** Whether a row may be the one that is looked for, multiplied and rounded. */
  boolean mayBe(int row, Sketch wanted) {
    double a = first[row];
    double b = second[row];
    double most = allowed[row];
    boolean same = Math.abs(a - wanted.first) <= most && Math.abs(b - wanted.second) <= most;
    // multiplied with a negative number
    return same || (Math.abs(a + wanted.first) <= most && Math.abs(b + wanted.second) <= most);
  }

  private static int firstSign(int column) {
    return 1 - 2 * ((column * 0x9e3779b9) >>> 31);
  }

  private static int secondSign(int column) {
    return 1 - 2 * ((column * 0x85ebca6b) >>> 31);
  }
}
