package dev.litegraft.inspection;

import dev.litegraft.model.Model;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a classification head that was never trained from one that was.
 *
 * <p>A new head has random numbers of a known distribution ({@link Initializer}), and a bias of
 * zeros, except as torch itself makes it. After some hundred steps of training no bias is exactly 0
 * and the numbers have left the distribution. A head that was trained very briefly looks the same,
 * which is worth knowing, too.
 */
final class UntrainedHead {
  /** Fewer numbers say nothing of a distribution. */
  private static final int FEWEST = 16;

  /** A bias of zeros says most already. */
  private static final int FEWEST_WITH_ZERO_BIAS = 4;

  private static final double USUAL_RANGE = 0.02;

  private UntrainedHead() {}

  /** What makes the head look untrained, if it does. */
  static Optional<String> of(Model model, Map<String, TensorData> tensors) throws IOException {
    List<String> labels = model.labels();
    for (String module : model.architecture().moduleNames().heads()) {
      String name = module + ".weight";
      TensorData tensor = tensors.get(name);
      if (tensor != null
          && tensor.dtype().isFloat()
          && tensor.shape().rank() == 2
          && tensor.shape().dim(0) == labels.size()) {
        TensorData bias = tensors.get(module + ".bias");
        float[] numbers = numbers(tensor);
        Optional<String> random =
            judged(
                name,
                numbers,
                bias == null ? null : numbers(bias),
                initializers(model, tensor.shape().dim(1)));
        return random.isPresent() ? random : rows(name, numbers, labels);
      }
    }
    return Optional.empty();
  }

  private static List<Initializer> initializers(Model model, int width) {
    Object range = model.config().value(model.architecture().configNames().initializerRange());
    Initializer normal =
        Initializer.normal(range instanceof Number n ? n.doubleValue() : USUAL_RANGE);
    Initializer torch = Initializer.uniform(width);
    return switch (model.architecture().headInitializer()) {
      case NORMAL -> List.of(normal, torch);
      case TRUNCATED -> List.of(Initializer.truncated(model.family(), width), normal, torch);
    };
  }

  /**
   * See the class.
   *
   * @param bias null where the head has none
   */
  static Optional<String> judged(
      String name, float[] numbers, float @Nullable [] bias, List<Initializer> initializers) {
    if (isZero(numbers)) {
      return Optional.of(name + " is all zeros: the head was not trained");
    }
    boolean zeroBias = bias != null && isZero(bias);
    for (Initializer initializer : initializers) {
      // torch's own draws the bias as it draws the weights.
      boolean biasFits = bias == null || zeroBias || isWithin(bias, initializer.bound());
      int fewest = zeroBias ? FEWEST_WITH_ZERO_BIAS : FEWEST;
      Optional<String> why =
          biasFits && numbers.length >= fewest ? initializer.explains(numbers) : Optional.empty();
      if (why.isPresent()) {
        return Optional.of(
            name
                + " looks untrained: "
                + why.get()
                + (zeroBias ? ", and its bias is all zeros" : ""));
      }
    }
    return Optional.empty();
  }

  /** Labels that no text can be told to have, or told apart. */
  private static Optional<String> rows(String name, float[] numbers, List<String> labels) {
    int width = numbers.length / labels.size();
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      float[] row = Arrays.copyOfRange(numbers, i * width, (i + 1) * width);
      if (labels.size() > 1 && isZero(row)) {
        return Optional.of(name + " is all zeros for the label " + labels.get(i));
      }
      if (i > 0 && Arrays.equals(row, rows.get(i - 1))) {
        return Optional.of(
            name
                + " has the same row for the labels "
                + labels.get(i - 1)
                + " and "
                + labels.get(i));
      }
      rows.add(row);
    }
    return Optional.empty();
  }

  /** Whether all are within a bound that is there. */
  private static boolean isWithin(float[] numbers, double bound) {
    for (float number : numbers) {
      if (Double.isInfinite(bound) || Math.abs(number) > 1.004 * bound) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(float[] numbers) {
    for (float number : numbers) {
      if (number != 0) {
        return false;
      }
    }
    return true;
  }

  private static float[] numbers(TensorData tensor) throws IOException {
    float[] numbers = new float[Math.toIntExact(tensor.shape().elements())];
    tensor.read(0, numbers, 0, numbers.length);
    return numbers;
  }
}
