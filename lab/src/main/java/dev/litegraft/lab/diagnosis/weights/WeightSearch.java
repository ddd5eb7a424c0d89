package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.lab.diagnosis.weights.FoundMatrix.Scales;
import dev.litegraft.lab.diagnosis.weights.RowSketches.Sketch;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks for the checkpoint's matrices among a file's constants: turned, several in one, with rows
 * in another order, multiplied with a norm's weight or a scale, and rounded to f16, int8 or int4.
 */
final class WeightSearch {
  private static final Pattern NUMBER = Pattern.compile("\\.(\\d{1,6})\\.");

  private static final Pattern NORM = Pattern.compile("[Nn]orm|ln_|\\.ln|_ln");

  /** Rows of a matrix that are looked for first. */
  private static final int SAMPLES = 5;

  /** Rows of a matrix among which any row may be looked for. */
  private static final int MOST_ROWS = 1 << 14;

  /** Numbers of a row that are compared before all of them are. */
  private static final int FEW = 48;

  /** Rounding to steps is at most half a step; what was multiplied before is a little more. */
  private static final double HALF_A_STEP = 0.52;

  /** The deviation of a number that is rounded to steps, as a part of a step. */
  private static final double OF_A_STEP = 1 / Math.sqrt(12);

  /** How many times larger it is where numbers are not all rounded to the nearest step. */
  private static final double COMPENSATED = 1.5;

  /** A difference of f32 after a tool multiplied numbers, as a part of a row's largest number. */
  private static final double MULTIPLIED = 2e-6;

  /** Rows that point the same way up to this angle are those of the same model, trained on. */
  private static final double NEAR = 0.9;

  /** What bfloat16 makes of a number, twice, as a part of it. */
  private static final double NARROW = 0x1p-7;

  /** The part of two rows that agrees where both were multiplied with the same. */
  private static final double MOST = 0.7;

  private final List<Searched> file = new ArrayList<>();
  private final Map<String, float[]> norms = new LinkedHashMap<>();

  /** A matrix of the file, and by what its rows are found. */
  private record Searched(FileMatrix matrix, RowSketches sketches) {
    boolean mayHold(TensorData wanted) {
      return matrix.columns() == wanted.shape().dim(1) && matrix.rows() >= wanted.shape().dim(0);
    }
  }

  WeightSearch(Map<String, ? extends TensorData> checkpoint, TfliteReader reader)
      throws IOException {
    Set<Integer> widths =
        checkpoint.values().stream()
            .filter(tensor -> tensor.shape().rank() == 2)
            .map(tensor -> tensor.shape().dim(1))
            .collect(Collectors.toSet());
    for (FileMatrix matrix : FileMatrix.of(reader)) {
      if (widths.contains(matrix.columns())) {
        file.add(new Searched(matrix, RowSketches.of(matrix)));
      }
    }
    for (TensorData tensor : checkpoint.values()) {
      if (tensor.shape().rank() == 1 && tensor.dtype().isFloat() && isNorm(tensor.name())) {
        float[] numbers = new float[tensor.shape().dim(0)];
        tensor.read(0, numbers, 0, numbers.length);
        norms.put(tensor.name(), numbers);
      }
    }
  }

  private static boolean isNorm(String name) {
    return name.endsWith(".weight") && NORM.matcher(name).find();
  }

  /** The layer that a tensor belongs to; −1 where it belongs to none. */
  static int layer(String tensor) {
    Matcher number = NUMBER.matcher(tensor);
    return number.find() ? Integer.parseInt(number.group(1)) : -1;
  }

  /** A matrix of the checkpoint, if the file has it. */
  Optional<FoundMatrix> find(TensorData wanted) throws IOException {
    float[][] samples = samples(wanted);
    for (Scales scales : scales(wanted)) {
      Sketch[] looked = new Sketch[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        looked[i] = Sketch.of(samples[i], scales.columns());
      }
      for (Searched searched : file) {
        if (searched.mayHold(wanted)) {
          Optional<FoundMatrix> found = in(searched, wanted, samples, looked, scales);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** All matrices of the file that may be the checkpoint's. */
  List<FileMatrix> matrices() {
    return file.stream().map(Searched::matrix).toList();
  }

  /** What stands in the place of a matrix that the file does not have. */
  enum Near {
    /** One that is near it, as another training step has. */
    TRAINED,
    /** One that may be it, through a narrower type or multiplied with what is not known. */
    ROUNDED,
    NONE
  }

  /** Whether the file has a matrix near this one in its place. */
  Near near(TensorData wanted) throws IOException {
    float[][] samples = samples(wanted);
    Near found = Near.NONE;
    for (Scales scales : scales(wanted)) {
      float[] columns = scales.columns();
      for (Searched searched : file) {
        FileMatrix matrix = searched.matrix();
        if (matrix.columns() == wanted.shape().dim(1)
            && matrix.rows() == wanted.shape().dim(0)
            && cosine(samples[0], columns, matrix.row(0)) > NEAR
            && cosine(samples[1], columns, matrix.row(index(wanted, 1))) > NEAR) {
          float[] first = ratios(samples[0], columns, matrix.row(0));
          float[] second = ratios(samples[1], columns, matrix.row(index(wanted, 1)));
          if (isRounded(first) || isRounded(second) || isScaled(first, second)) {
            return Near.ROUNDED;
          }
          found = Near.TRAINED;
        }
      }
    }
    return found;
  }

  /** The file's numbers as parts of the checkpoint's, the middle one 1; 0 for none. */
  private static float[] ratios(float[] own, float[] columns, float[] other) {
    float[] ratios = new float[own.length];
    for (int i = 0; i < own.length; i++) {
      float scaled = own[i] * columns[i];
      ratios[i] = scaled == 0 ? 0 : other[i] / scaled;
    }
    float[] sorted = ratios.clone();
    Arrays.sort(sorted);
    float middle = sorted[sorted.length / 2];
    for (int i = 0; i < own.length; i++) {
      ratios[i] /= middle;
    }
    return ratios;
  }

  private static boolean isRounded(float[] ratios) {
    int far = 0;
    for (float ratio : ratios) {
      far += ratio == 0 || Math.abs(ratio - 1) <= NARROW ? 0 : 1;
    }
    return far == 0;
  }

  /** Whether two rows were multiplied with the same, number by number: with what is not known. */
  private static boolean isScaled(float[] first, float[] second) {
    int same = 0;
    for (int i = 0; i < first.length; i++) {
      same += Math.abs(first[i] - second[i]) <= 2 * NARROW * Math.abs(first[i]) ? 1 : 0;
    }
    return same > MOST * first.length;
  }

  private static int index(TensorData wanted, int sample) {
    return (int) ((wanted.shape().dim(0) - 1L) * sample / (SAMPLES - 1));
  }

  private static float[][] samples(TensorData wanted) throws IOException {
    float[][] rows = new float[SAMPLES][];
    for (int i = 0; i < SAMPLES; i++) {
      rows[i] = row(wanted, index(wanted, i));
    }
    return rows;
  }

  private static float[] row(TensorData tensor, int index) throws IOException {
    float[] row = new float[tensor.shape().dim(1)];
    tensor.read((long) index * row.length, row, 0, row.length);
    return row;
  }

  /** What its columns may have been multiplied with: nothing, or a norm near it. */
  private List<Scales> scales(TensorData wanted) {
    int width = wanted.shape().dim(1);
    List<Scales> all = new ArrayList<>();
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    all.add(new Scales(Optional.empty(), ones));
    int own = layer(wanted.name());
    norms.forEach(
        (name, norm) -> {
          if (layer(name) == own || layer(name) < 0) {
            add(all, width, name, norm);
          }
        });
    // Of the layer before, where norms stand behind what they belong to.
    norms.forEach(
        (name, norm) -> {
          if (layer(name) >= 0 && layer(name) == own - 1) {
            add(all, width, name, norm);
          }
        });
    return all;
  }

  private static void add(List<Scales> all, int width, String name, float[] norm) {
    if (norm.length != width) {
      return;
    }
    all.add(new Scales(Optional.of(name), norm));
    float[] offset = norm.clone(); // as Gemma's, which multiply by 1 + weight
    for (int i = 0; i < width; i++) {
      offset[i] += 1;
    }
    all.add(new Scales(Optional.of(name), offset));
  }

  private static Optional<FoundMatrix> in(
      Searched searched, TensorData wanted, float[][] samples, Sketch[] looked, Scales scales)
      throws IOException {
    FileMatrix matrix = searched.matrix();
    float[] columns = scales.columns();
    int rows = wanted.shape().dim(0);
    boolean straight = matrix.rows() == rows;
    for (int i = 0; i < SAMPLES && straight; i++) {
      int index = index(wanted, i);
      straight =
          searched.sketches().mayBe(index, looked[i]) && isSame(matrix, index, samples[i], columns);
    }
    if (straight) {
      return found(matrix, wanted, scales, 0);
    }
    if (matrix.rows() > MOST_ROWS) {
      return Optional.empty();
    }
    int first = place(searched, samples[0], looked[0], columns);
    if (first < 0) {
      return Optional.empty();
    }
    int last = index(wanted, SAMPLES - 1);
    boolean behind =
        first + last < matrix.rows()
            && isSame(matrix, first + last, samples[SAMPLES - 1], columns)
            && isSame(matrix, first + index(wanted, 1), samples[1], columns);
    return behind ? found(matrix, wanted, scales, first) : reordered(searched, wanted, scales);
  }

  /** All rows, one behind the other from a row on. */
  private static Optional<FoundMatrix> found(
      FileMatrix matrix, TensorData wanted, Scales scales, int first) throws IOException {
    float[] columns = scales.columns();
    int[] at = new int[wanted.shape().dim(0)];
    // Every row of a small matrix; of a vocabulary's table some hundred.
    int stride = Math.max(1, at.length / 512);
    for (int i = 0; i < at.length; i++) {
      at[i] = first + i;
      if (i % stride == 0 && !isSame(matrix, at[i], row(wanted, i), columns)) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new FoundMatrix(wanted, matrix, at, scales, factor(matrix, wanted, at, columns)));
  }

  /** Each row wherever it is. */
  private static Optional<FoundMatrix> reordered(
      Searched searched, TensorData wanted, Scales scales) throws IOException {
    FileMatrix matrix = searched.matrix();
    float[] columns = scales.columns();
    int[] at = new int[wanted.shape().dim(0)];
    for (int i = 0; i < at.length; i++) {
      float[] row = row(wanted, i);
      at[i] = place(searched, row, Sketch.of(row, columns), columns);
      if (at[i] < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new FoundMatrix(wanted, matrix, at, scales, factor(matrix, wanted, at, columns)));
  }

  private static int place(Searched searched, float[] row, Sketch sketch, float[] columns)
      throws IOException {
    FileMatrix matrix = searched.matrix();
    for (int r = 0; r < matrix.rows(); r++) {
      if (searched.sketches().mayBe(r, sketch) && isSame(matrix, r, row, columns)) {
        return r;
      }
    }
    return -1;
  }

  /** The scale that was folded in; 1 where there was none. */
  private static double factor(FileMatrix matrix, TensorData wanted, int[] at, float[] columns)
      throws IOException {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < at.length; i += Math.max(1, at.length / 64)) {
      float[] own = row(wanted, i);
      float[] other = matrix.row(at[i]);
      for (int j = 0; j < own.length; j++) {
        double scaled = (double) own[j] * columns[j];
        products += scaled * other[j];
        squares += scaled * scaled;
      }
    }
    double factor = squares == 0 ? 1 : products / squares;
    return Math.abs(factor - 1) < 0.01 ? 1 : factor;
  }

  private static double cosine(float[] own, float[] columns, float[] other) {
    double products = 0;
    double a = 0;
    double b = 0;
    for (int i = 0; i < own.length; i++) {
      double scaled = (double) own[i] * columns[i];
      products += scaled * other[i];
      a += scaled * scaled;
      b += (double) other[i] * other[i];
    }
    return a == 0 || b == 0 ? 0 : products / Math.sqrt(a * b);
  }

  /** Whether a row of the file is this one, multiplied and rounded. */
  private static boolean isSame(FileMatrix matrix, int index, float[] own, float[] columns)
      throws IOException {
    float[] other = matrix.row(index);
    double factor = factor(own, columns, other, Math.min(FEW, own.length));
    if (!isWithin(matrix, own, columns, other, factor, Math.min(FEW, own.length))) {
      return false;
    }
    return isWithin(
        matrix, own, columns, other, factor(own, columns, other, own.length), own.length);
  }

  private static double factor(float[] own, float[] columns, float[] other, int count) {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double scaled = (double) own[i] * columns[i];
      products += scaled * other[i];
      squares += scaled * scaled;
    }
    double factor = squares == 0 ? 1 : products / squares;
    return Math.abs(factor - 1) < 0.05 ? 1 : factor;
  }

  private static boolean isWithin(
      FileMatrix matrix, float[] own, float[] columns, float[] other, double factor, int count) {
    double largest = 0;
    for (float number : other) {
      largest = Math.max(largest, Math.abs(number));
    }
    if (largest == 0) {
      return false; // an empty row is found everywhere
    }
    double step = matrix.steps() * (matrix.largest() > 0 ? matrix.largest() : largest);
    double allowed = HALF_A_STEP * step + MULTIPLIED * largest + matrix.least();
    double squares = 0;
    boolean nearest = true;
    for (int i = 0; i < count; i++) {
      double scaled = factor * own[i] * columns[i];
      double difference = Math.abs(scaled - other[i]);
      squares += difference * difference;
      nearest &= difference <= allowed + 2 * matrix.rounding() * Math.abs(scaled);
    }
    // Who chose steps for the least error cut off the largest numbers, or made up for others.
    return nearest || Math.sqrt(squares / count) <= COMPENSATED * step * OF_A_STEP;
  }
}
