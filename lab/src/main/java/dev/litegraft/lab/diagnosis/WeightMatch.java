package dev.litegraft.lab.diagnosis;

import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the numbers of a checkpoint's matrices are in a file at all, whatever the file calls
 * them.
 */
final class WeightMatch {
  /** Matrices of the checkpoint that are looked for. */
  private static final int SAMPLES = 16;

  /** A row in int8 is within half a step of 1/127 of its largest number; others are far off. */
  private static final double SAME = 0.02;

  private static final Set<TensorType> NUMBERS =
      Set.of(TensorType.FLOAT32, TensorType.FLOAT16, TensorType.INT8, TensorType.INT4);

  private static final Pattern NUMBER = Pattern.compile("\\.(\\d{1,6})\\.");

  private WeightMatch() {}

  /**
   * What was found.
   *
   * @param looked how many matrices were looked for
   * @param missing the names of those whose rows are not in the file
   */
  record Result(int looked, List<String> missing) {
    /** Whether most of the file's numbers are not the checkpoint's. */
    boolean otherWeights() {
      return looked > 0 && missing.size() * 2 > looked;
    }

    /** What was found, where most are missing. */
    String sentence() {
      return "other weights: "
          + missing.size()
          + " of "
          + looked
          + " matrices of the checkpoint are not in the file, "
          + missing.get(0)
          + " the first";
    }
  }

  /**
   * Looks for the first row of some of the checkpoint's matrices in every constant of the same
   * width, and of the same height.
   */
  static Result of(Map<String, ? extends TensorData> checkpoint, TfliteReader file)
      throws IOException {
    List<TensorData> matrices = new ArrayList<>();
    checkpoint.values().stream()
        .filter(t -> t.shape().rank() == 2 && t.dtype().isFloat() && t.shape().elements() >= 1024)
        .forEach(matrices::add);
    int step = Math.max(1, matrices.size() / SAMPLES);
    List<String> looked = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    int last = -1;
    Map<Integer, List<RawTensorData>> byWidth = constants(file);
    for (int i = 0; i < matrices.size(); i += step) {
      String name = matrices.get(i).name();
      looked.add(name);
      if (found(matrices.get(i), byWidth)) {
        last = Math.max(last, layer(name));
      } else {
        missing.add(name);
      }
    }
    // Layers behind the last one that is there at all were left out, not exchanged.
    int there = last;
    looked.removeIf(name -> there >= 0 && layer(name) > there);
    missing.removeIf(name -> there >= 0 && layer(name) > there);
    return new Result(looked.size(), missing);
  }

  /** The layer that a tensor belongs to; −1 where it belongs to none. */
  private static int layer(String tensor) {
    Matcher number = NUMBER.matcher(tensor);
    return number.find() ? Integer.parseInt(number.group(1)) : -1;
  }

  private static Map<Integer, List<RawTensorData>> constants(TfliteReader file) throws IOException {
    Map<Integer, List<RawTensorData>> byWidth = new LinkedHashMap<>();
    for (TfliteModel.Subgraph subgraph : file.model().subgraphs()) {
      for (TfliteModel.Tensor tensor : subgraph.tensors()) {
        Optional<RawTensorData> data = constant(file, tensor);
        if (data.isPresent() && data.get().shape().rank() == 2) {
          byWidth
              .computeIfAbsent(data.get().shape().last(), w -> new ArrayList<>())
              .add(data.get());
        }
      }
    }
    return byWidth;
  }

  private static Optional<RawTensorData> constant(TfliteReader file, TfliteModel.Tensor tensor)
      throws IOException {
    boolean matrix = tensor.buffer() > 0 && tensor.shape().size() == 2;
    boolean number = NUMBERS.contains(tensor.type());
    return matrix && number && file.model().buffers().get(tensor.buffer()).bytes() > 0
        ? Optional.of(file.constant(tensor))
        : Optional.empty();
  }

  private static boolean found(TensorData wanted, Map<Integer, List<RawTensorData>> byWidth)
      throws IOException {
    int width = wanted.shape().last();
    float[] row = new float[width];
    wanted.read(0, row, 0, width);
    float[] other = new float[width];
    for (RawTensorData candidate : byWidth.getOrDefault(width, List.of())) {
      int rows = candidate.shape().dim(0);
      // A fused projection holds the row further down: at the heights of the parts before it.
      int stride = Math.max(1, rows == wanted.shape().dim(0) ? rows : rows / 4096 + 1);
      for (int r = 0; r < rows; r += stride) {
        candidate.read((long) r * width, other, 0, width);
        if (same(row, other)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean same(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      size += (double) a[i] * a[i];
    }
    return difference <= SAME * SAME * size;
  }
}
