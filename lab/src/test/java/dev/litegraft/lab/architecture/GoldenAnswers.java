package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.reference.ValueListener;
import dev.litegraft.layer.Inputs;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** What the reference and files answer, beside what the original Hugging Face class did. */
final class GoldenAnswers {
  /** f32 kernels against f32 of PyTorch; a wrong setting moves logits by 1e-3 and more. */
  static final double FILE_TOLERANCE = 2e-4;

  /** f64 sums against f32 of PyTorch, whose own noise is 5e-6. */
  static final double REFERENCE_TOLERANCE = 2e-5;

  private GoldenAnswers() {}

  /** What the reference computes of a batch. */
  static Array computed(
      Checkpoint checkpoint, GoldenCase.Input input, Task task, ValueListener probes) {
    Inputs<Array> in =
        new Inputs<>(
            Array.ofRows(input.ids()),
            Array.ofRows(input.mask()),
            tokenTypes(checkpoint.config(), input),
            task,
            Optional.empty());
    return Architectures.of(checkpoint.config())
        .architecture()
        .forward(PlainLayers.of(1).with(probes), checkpoint.config(), checkpoint.weights(), in);
  }

  /** All 0 where the model reads them and the original was given none. */
  private static Optional<Array> tokenTypes(HfConfig config, GoldenCase.Input input) {
    return Architectures.of(config).architecture().takesTokenTypes(config)
        ? Optional.of(
            input
                .types()
                .map(Array::ofRows)
                .orElseGet(
                    () -> Array.filled(Shape.of(input.ids().length, input.ids()[0].length), 0)))
        : Optional.empty();
  }

  /** Each row of the reference is as recorded; of a tagger the rows of attended tokens. */
  static void answersAgree(Array answers, GoldenCase.Input input, Task task, String description) {
    int size = answers.numbers().length / input.ids().length;
    for (int row = 0; row < input.ids().length; row++) {
      float[] answer = Arrays.copyOfRange(answers.numbers(), row * size, (row + 1) * size);
      int[] mask = input.mask()[row];
      int perToken = task == Task.SEQUENCE_CLASSIFICATION ? 0 : size / mask.length;
      assertThat(largestDifference(answer, input.answer()[row], mask, perToken))
          .as("%s, row %d", description, row)
          .isLessThanOrEqualTo(REFERENCE_TOLERANCE);
    }
  }

  /** Each attended token's state is as recorded. */
  static void statesAgree(
      Array state, GoldenCase.Input input, TensorData recorded, String description)
      throws IOException {
    int width = recorded.shape().last();
    for (int row = 0; row < input.ids().length; row++) {
      int[] mask = input.mask()[row];
      int size = mask.length * width;
      float[] expected = new float[size];
      recorded.read((long) row * size, expected, 0, size);
      float[] actual = Arrays.copyOfRange(state.numbers(), row * size, (row + 1) * size);
      assertThat(largestDifference(actual, expected, mask, width))
          .as("%s, row %d", description, row)
          .isLessThanOrEqualTo(REFERENCE_TOLERANCE);
    }
  }

  /** An output of a file is, for each attended token, as recorded. */
  static void layerIsAsRecorded(
      RawModel model, GoldenCase.Input input, String layer, TensorData state) throws IOException {
    int width = state.shape().last();
    for (int row = 0; row < input.ids().length; row++) {
      int[] mask = input.mask()[row];
      int[] types = input.types().isPresent() ? input.types().get()[row] : null;
      float[] expected = new float[mask.length * width];
      state.read((long) row * expected.length, expected, 0, expected.length);
      RawOutput output =
          model.run(input.ids()[row], mask, types).stream()
              .filter(o -> o.name().equals(layer))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no output " + layer));
      assertThat(largestDifference(output.values(), expected, mask, width))
          .as("%s of %s, row %d", layer, input.name(), row)
          .isLessThanOrEqualTo(FILE_TOLERANCE);
    }
  }

  /**
   * Of the hidden states of attended tokens: how a bare model's file pools where nothing is said.
   */
  static float[] mean(float[] states, int[] mask) {
    int width = states.length / mask.length;
    double[] sums = new double[width];
    for (int i = 0; i < states.length; i++) {
      sums[i % width] += mask[i / width] * (double) states[i];
    }
    float[] mean = new float[width];
    for (int j = 0; j < width; j++) {
      mean[j] = (float) (sums[j] / Arrays.stream(mask).sum());
    }
    return mean;
  }

  /** Over all numbers, or with {@code perToken} of them a token over those of attended tokens. */
  static double largestDifference(float[] a, float[] b, int[] mask, int perToken) {
    assertThat(a).hasSizeGreaterThanOrEqualTo(b.length);
    double worst = 0;
    for (int i = 0; i < b.length; i++) {
      if (perToken == 0 || mask[i / perToken] == 1) {
        double difference = Math.abs((double) a[i] - b[i]);
        worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
      }
    }
    return worst;
  }
}
