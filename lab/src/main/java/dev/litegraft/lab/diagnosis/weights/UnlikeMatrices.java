package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a file has truly other numbers in the place of a matrix that was not found in it, or may
 * have made something of the matrix that {@link WeightSearch} does not know. Whatever a tool
 * multiplies rows and columns with leaves their signs, and an order of columns leaves magnitudes.
 */
final class UnlikeMatrices {
  /** Rows of a matrix that are looked for. */
  private static final int SAMPLES = 3;

  /** Numbers below which signs say little. */
  private static final int FEWEST = 24;

  /** Signs agree like this by chance in no row of {@link #FEWEST} numbers or more. */
  private static final double ALIKE = 0.75;

  /** How far magnitudes may be apart, as a part of the largest, where nothing rounds them. */
  private static final double SAME = 1e-3;

  /** Rounding to fewer steps leaves too little of an order of magnitudes. */
  private static final double COARSE = 1 / 60.0;

  private final List<FileMatrix> file;
  private final Map<List<Integer>, BitSet> taken = new HashMap<>();
  private final Map<FileMatrix, Row[]> free = new HashMap<>();

  /** A row's signs, and what an order of its columns does not change. */
  private record Row(int at, long[] positive, long[] negative, double sum, double length) {
    static Row of(int at, float[] numbers) {
      long[] positive = new long[numbers.length / 64 + 1];
      long[] negative = new long[positive.length];
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < numbers.length; i++) {
        (numbers[i] > 0 ? positive : negative)[i / 64] |= numbers[i] == 0 ? 0 : 1L << (i % 64);
        sum += Math.abs(numbers[i]);
        squares += (double) numbers[i] * numbers[i];
      }
      return new Row(at, positive, negative, sum, Math.sqrt(squares));
    }

    /** Whether the signs are the other's, or all turned round; also where there are too few. */
    boolean isAlike(Row other) {
      int same = 0;
      int opposite = 0;
      for (int i = 0; i < positive.length; i++) {
        same +=
            Long.bitCount((positive[i] & other.positive[i]) | (negative[i] & other.negative[i]));
        opposite +=
            Long.bitCount((positive[i] & other.negative[i]) | (negative[i] & other.positive[i]));
      }
      int all = same + opposite;
      return length > 0
          && other.length > 0
          && (all < FEWEST || Math.abs(same - opposite) > ALIKE * all);
    }

    /** The mean magnitude beside the length. */
    double evenness() {
      return sum / Math.max(length, Double.MIN_NORMAL);
    }
  }

  /**
   * @param file all its matrices
   * @param found those of the checkpoint that are in them
   */
  UnlikeMatrices(List<FileMatrix> file, Collection<FoundMatrix> found) {
    this.file = file;
    for (FoundMatrix one : found) {
      BitSet rows = taken.computeIfAbsent(key(one.in()), k -> new BitSet());
      Arrays.stream(one.at()).forEach(rows::set);
    }
  }

  private static List<Integer> key(FileMatrix matrix) {
    return List.of(matrix.subgraph(), matrix.tensor(), matrix.isTurned() ? 1 : 0);
  }

  /** Whether other numbers stand where the matrix should, and nothing like its own anywhere. */
  boolean isOther(TensorData wanted) throws IOException {
    int width = wanted.shape().dim(1);
    int rows = wanted.shape().dim(0);
    boolean room = false;
    for (FileMatrix matrix : file) {
      if (matrix.columns() == width && matrix.rows() >= rows && !isUsedOtherwise(matrix)) {
        Row[] others = free(matrix);
        room |= others.length >= rows;
        for (int i = 0; i < SAMPLES; i++) {
          float[] numbers = new float[width];
          wanted.read((rows - 1L) * i / (SAMPLES - 1) * width, numbers, 0, width);
          if (others.length >= rows && isIn(matrix, others, Row.of(i, numbers), numbers)) {
            return false;
          }
        }
      }
    }
    return room;
  }

  /** Whether rows were found in the matrix as it is turned the other way. */
  private boolean isUsedOtherwise(FileMatrix matrix) {
    return taken.containsKey(
        List.of(matrix.subgraph(), matrix.tensor(), matrix.isTurned() ? 0 : 1));
  }

  private static boolean isIn(FileMatrix matrix, Row[] others, Row row, float[] numbers)
      throws IOException {
    double far = matrix.steps() > 0 ? 0.05 : SAME;
    for (Row other : others) {
      boolean even = Math.abs(other.evenness() - row.evenness()) < far * row.evenness();
      if (row.isAlike(other)
          || (even && matrix.steps() < COARSE && hasMagnitudes(matrix, other.at, numbers))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the row's magnitudes are the same in another order, all multiplied with a number. */
  private static boolean hasMagnitudes(FileMatrix matrix, int at, float[] numbers)
      throws IOException {
    float[] theirs = magnitudes(matrix.row(at));
    float[] own = magnitudes(numbers);
    float largest = theirs[theirs.length - 1];
    double step = matrix.steps() * (matrix.largest() > 0 ? matrix.largest() / largest : 1);
    for (int i = 0; i < own.length; i++) {
      if (!(Math.abs(own[i] / own[own.length - 1] - theirs[i] / largest) <= step + SAME)) {
        return false;
      }
    }
    return true;
  }

  private static float[] magnitudes(float[] numbers) {
    float[] all = numbers.clone();
    for (int i = 0; i < all.length; i++) {
      all[i] = Math.abs(all[i]);
    }
    Arrays.sort(all);
    return all;
  }

  /** The rows that are none of the checkpoint's that were found. */
  private Row[] free(FileMatrix matrix) throws IOException {
    Row[] known = free.get(matrix);
    if (known == null) {
      BitSet used = taken.getOrDefault(key(matrix), new BitSet());
      FileMatrix read = matrix.isTurned() ? matrix.copied() : matrix;
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < matrix.rows(); i++) {
        if (!used.get(i)) {
          rows.add(Row.of(i, read.row(i)));
        }
      }
      known = rows.toArray(Row[]::new);
      free.put(matrix, known);
    }
    return known;
  }
}
