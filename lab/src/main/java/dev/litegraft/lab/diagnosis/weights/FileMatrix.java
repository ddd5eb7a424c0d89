package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A matrix of a file, with its quantization undone.
 *
 * @param subgraph that has it
 * @param tensor its index there
 * @param numbers [rows, columns]
 * @param stored the same as the file has them: where it is turned, [columns, rows]
 * @param steps how coarsely a number may be rounded, as a part of the largest number of its row; 0
 *     where it is not
 * @param rounding how coarsely it may be rounded as a part of itself
 * @param largest the largest number of all rows, where one scale serves them; 0 where each has its
 *     own
 * @param isTurned whether its rows are the file's columns
 * @param storage how the file stores it, in words
 */
record FileMatrix(
    int subgraph,
    int tensor,
    TensorData numbers,
    TensorData stored,
    double steps,
    double rounding,
    double largest,
    boolean isTurned,
    String storage) {
  /** A matrix with fewer numbers says little. */
  private static final int FEWEST = 64;

  /** What f16 makes of a number, as a part of it. */
  private static final double HALF = 0x1p-11;

  /** Numbers that are held, of all matrices together. */
  private static final long HELD = 16L << 20;

  private static final Set<TensorType> NUMBERS =
      Set.of(TensorType.FLOAT32, TensorType.FLOAT16, TensorType.INT8, TensorType.INT4);

  /** All matrices among a file's constants, and each turned, as some operators take them. */
  static List<FileMatrix> of(TfliteReader file) throws IOException {
    List<FileMatrix> all = new ArrayList<>();
    long free = HELD;
    List<TfliteModel.Subgraph> subgraphs = file.model().subgraphs();
    for (int s = 0; s < subgraphs.size(); s++) {
      List<TfliteModel.Tensor> tensors = subgraphs.get(s).tensors();
      for (int t = 0; t < tensors.size(); t++) {
        TfliteModel.Tensor tensor = tensors.get(t);
        Optional<RawTensorData> constant = constant(file, tensor);
        if (constant.isPresent()) {
          free -= constant.get().shape().elements();
          FileMatrix matrix = of(s, t, tensor, free > 0 ? held(constant.get()) : constant.get());
          all.add(matrix);
          all.add(matrix.turned());
        }
      }
    }
    return all;
  }

  /** In memory, where rows are read many times. */
  private static TensorData held(TensorData numbers) throws IOException {
    float[] all = new float[Math.toIntExact(numbers.shape().elements())];
    numbers.read(0, all, 0, all.length);
    return TensorViews.of(numbers.name(), numbers.shape(), all);
  }

  private static FileMatrix of(
      int subgraph, int index, TfliteModel.Tensor tensor, TensorData numbers) throws IOException {
    TensorType type = tensor.type();
    double steps = type == TensorType.INT8 ? 1 / 127.0 : type == TensorType.INT4 ? 1 / 7.0 : 0;
    double rounding = type == TensorType.FLOAT16 ? HALF : 0x1p-20;
    boolean together = tensor.quantization().map(q -> q.scales() == 1).orElse(false);
    return new FileMatrix(
        subgraph,
        index,
        numbers,
        numbers,
        steps,
        rounding,
        together ? largest(numbers) : 0,
        false,
        storage(type, together));
  }

  private static String storage(TensorType type, boolean together) {
    String name =
        switch (type) {
          case FLOAT32 -> "f32";
          case FLOAT16 -> "f16";
          default -> type.name().toLowerCase(Locale.ROOT);
        };
    boolean steps = type == TensorType.INT8 || type == TensorType.INT4;
    return name + (steps ? together ? " with one scale" : " with a scale a row" : "");
  }

  /** Columns as rows; their steps are then those of the whole matrix. */
  private FileMatrix turned() throws IOException {
    TensorData columns = TensorViews.transposed(numbers);
    boolean known = steps == 0 || largest > 0;
    return new FileMatrix(
        subgraph,
        tensor,
        columns,
        numbers,
        steps,
        rounding,
        known ? largest : largest(numbers),
        true,
        storage);
  }

  /** The same in memory, read as it is stored: columns one by one take long. */
  FileMatrix copied() throws IOException {
    float[] line = new float[stored.shape().dim(1)];
    float[] all = new float[Math.toIntExact(stored.shape().elements())];
    for (int i = 0; i < stored.shape().dim(0); i++) {
      stored.read((long) i * line.length, line, 0, line.length);
      for (int j = 0; j < line.length; j++) {
        all[isTurned ? j * columns() + i : i * columns() + j] = line[j];
      }
    }
    TensorData copy = TensorViews.of(numbers.name(), numbers.shape(), all);
    return new FileMatrix(
        subgraph, tensor, copy, stored, steps, rounding, largest, isTurned, storage);
  }

  /** How coarsely numbers near 0 are rounded: f16 has no smaller ones. */
  double least() {
    return rounding == HALF ? 0x1p-24 : 0;
  }

  private static double largest(TensorData numbers) throws IOException {
    int width = numbers.shape().dim(1);
    float[] row = new float[width];
    double largest = 0;
    for (int i = 0; i < numbers.shape().dim(0); i++) {
      numbers.read((long) i * width, row, 0, width);
      for (float number : row) {
        largest = Math.max(largest, Math.abs(number));
      }
    }
    return largest;
  }

  private static Optional<RawTensorData> constant(TfliteReader file, TfliteModel.Tensor tensor)
      throws IOException {
    boolean matrix =
        tensor.buffer() > 0
            && tensor.shape().size() == 2
            && NUMBERS.contains(tensor.type())
            && tensor.shape().stream().mapToLong(i -> i).reduce(1, (a, b) -> a * b) >= FEWEST;
    return matrix && file.model().buffers().get(tensor.buffer()).bytes() > 0
        ? Optional.of(file.constant(tensor))
        : Optional.empty();
  }

  int rows() {
    return numbers.shape().dim(0);
  }

  int columns() {
    return numbers.shape().dim(1);
  }

  float[] row(int index) throws IOException {
    float[] row = new float[columns()];
    numbers.read((long) index * columns(), row, 0, row.length);
    return row;
  }
}
