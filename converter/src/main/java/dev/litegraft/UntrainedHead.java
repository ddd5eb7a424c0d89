package dev.litegraft;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a classification head that was never trained from one that was.
 *
 * <p>transformers makes a new head of normal numbers around 0 with the standard deviation {@code
 * initializer_range}, and a bias of zeros. Training moves each number by about the learning rate a
 * step, so after some hundred steps the deviation has grown, the distribution has left the normal
 * one, and no bias is exactly 0. A head looks untrained if its mean, deviation and kurtosis are all
 * what chance allows for so many normal numbers, and its bias, if it has one, is all zeros. A head
 * that was trained very briefly looks the same, which is worth knowing, too.
 */
final class UntrainedHead {
  /** Standard errors that chance allows: it is beyond them once in a thousand. */
  private static final double CHANCE = 3.3;

  /** Fewer numbers say nothing of a distribution. */
  private static final int FEWEST = 64;

  private static final double USUAL_RANGE = 0.02;

  private UntrainedHead() {}

  /** What makes the head look untrained, if it does. */
  static Optional<String> of(Checkpoint checkpoint) throws IOException {
    int labels = checkpoint.labels().count();
    for (Map.Entry<String, TensorData> entry : checkpoint.weights().tensors().entrySet()) {
      String name = entry.getKey();
      TensorData tensor = entry.getValue();
      boolean head =
          (name.startsWith("score.") || name.startsWith("classifier."))
              && name.endsWith(".weight")
              && tensor.dtype().isFloat()
              && tensor.shape().rank() == 2
              && tensor.shape().dim(0) == labels;
      if (head) {
        TensorData bias = checkpoint.weights().tensors().get(name.replaceAll("weight$", "bias"));
        boolean biasMoved = bias != null && !isZero(numbers(bias));
        return biasMoved ? Optional.empty() : judged(name, numbers(tensor), range(checkpoint));
      }
    }
    return Optional.empty();
  }

  private static double range(Checkpoint checkpoint) {
    return checkpoint.config().value("initializer_range") instanceof Number n
        ? n.doubleValue()
        : USUAL_RANGE;
  }

  /** See the class. */
  static Optional<String> judged(String name, float[] numbers, double range) {
    if (isZero(numbers)) {
      return Optional.of(name + " is all zeros: the head was not trained");
    }
    int n = numbers.length;
    double mean = 0;
    for (float number : numbers) {
      mean += number / n;
    }
    double second = 0;
    double fourth = 0;
    for (float number : numbers) {
      double square = (number - mean) * (number - mean);
      second += square / n;
      fourth += square * square / n;
    }
    double deviation = Math.sqrt(second);
    double kurtosis = fourth / (second * second) - 3;
    boolean normal =
        n >= FEWEST
            && Math.abs(mean) <= CHANCE * range / Math.sqrt(n)
            && Math.abs(deviation / range - 1) <= CHANCE / Math.sqrt(2.0 * n)
            && Math.abs(kurtosis) <= CHANCE * Math.sqrt(24.0 / n);
    return normal
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%s looks untrained: mean %.1e and deviation %.4f are those of random numbers with"
                    + " initializer_range %s",
                name,
                mean,
                deviation,
                range))
        : Optional.empty();
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
