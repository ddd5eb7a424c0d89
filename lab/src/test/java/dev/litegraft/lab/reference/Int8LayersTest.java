package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.reference.GoldenCase.Input;
import dev.litegraft.layer.Inputs;
import dev.litegraft.runtime.RawModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference in whole numbers, beside int8 files under LiteRT's fast kernels. */
class Int8LayersTest {
  /** As for f32 files: nothing but rounding of f32 remains. */
  private static final double EXACT = 2e-5;

  /**
   * A number that stands between two steps may fall to either; in these models that happens to at
   * most a third of the texts.
   */
  private static final double LEAST_EXACT = 0.6;

  @TempDir Path scratch = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-base-gqa-f32",
        "qwen2-seqcls",
        "bert-seqcls",
        "gpt2-seqcls",
        "deberta-v2-seqcls"
      })
  void mostAnswersOfAnInt8FileAreMetExactly(String name) throws IOException {
    GoldenCase golden = GoldenCase.read(name);
    Path file = scratch.resolve("int8.tflite");
    Converter.of(golden.folder())
        .withOptions(ConversionOptions.defaults())
        .withThreads(2)
        .convert(file);
    int exact = 0;
    int inF32 = 0;
    int texts = 0;
    try (Checkpoint checkpoint = Architectures.open(golden.folder());
        RawModel model = RawModel.open(file)) {
      for (Input input : golden.inputs()) {
        PlainLayers plain = PlainLayers.of(2);
        Array followed = logits(checkpoint, input, new Int8Layers(plain));
        Array unrounded = logits(checkpoint, input, plain);
        for (int b = 0; b < input.ids().dim(0); b++) {
          float[] answer =
              model.answer(row(input.ids(), b), row(input.attended(), b), null).values();
          exact += largestDifference(answer, followed.row(b)) <= EXACT ? 1 : 0;
          inF32 += largestDifference(answer, unrounded.row(b)) <= EXACT ? 1 : 0;
          texts++;
        }
      }
    }
    assertThat((double) exact / texts).as("exact of " + texts).isGreaterThan(LEAST_EXACT);
    assertThat(inF32).as("met without following int8").isZero();
  }

  @Test
  void equalNumbersAreKept() {
    Array zeros = Array.of(dev.litegraft.tensor.Shape.of(1, 1, 4), 0, 0, 0, 0);
    assertThat(Int8Layers.rounded(zeros).numbers()).containsExactly(0, 0, 0, 0);
  }

  private static Array logits(
      Checkpoint checkpoint, Input input, dev.litegraft.layer.Layers<Array> f) {
    Architectures.Found found = Architectures.of(checkpoint.config());
    Optional<Array> types =
        found.architecture().takesTokenTypes(checkpoint.config())
            ? Optional.of(Array.filled(input.ids().shape(), 0))
            : Optional.empty();
    return found
        .architecture()
        .forward(
            f,
            checkpoint.config(),
            checkpoint.weights(),
            new Inputs<>(input.ids(), input.attended(), types, found.task(), Optional.empty()));
  }

  private static int[] row(Array x, int index) {
    float[] numbers = x.row(index);
    int[] whole = new int[numbers.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (int) numbers[i];
    }
    return whole;
  }

  private static double largestDifference(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
    }
    return largest;
  }
}
