package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
  @Test
  void everyTensorOfEveryGoldenCheckpointIsRead() throws IOException {
    for (String name :
        new String[] {
          "llama-base-gqa-f32",
          "llama-sharded-f16-many",
          "llama-sharded-f32",
          "llama-v5-style-config",
          "llama-smollm2-like-bf16"
        }) {
      try (Checkpoint checkpoint = Checkpoint.open(Golden.folder(name))) {
        assertThat(checkpoint.weights().unused()).hasSizeGreaterThan(20);
        for (TensorData stored : checkpoint.tensors().values()) {
          TensorData tensor = checkpoint.weights().tensor(stored.name(), stored.shape().dims());
          float[] numbers = new float[(int) tensor.shape().elements()];
          tensor.read(0, numbers, 0, numbers.length);
          assertThat(numbers).as(stored.name()).isNotEqualTo(new float[numbers.length]);
        }
        assertThat(checkpoint.weights().unused()).isEmpty();
        assertThat(Labels.of(checkpoint.config()).count()).isGreaterThan(0);
        assertThat(checkpoint.sha256(2)).hasSameSizeAs(checkpoint.tensors());
      }
    }
  }

  @Test
  void shardsAreOneTreeOfWeights() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Golden.folder("llama-sharded-f16-many"))) {
      assertThat(checkpoint.files()).hasSize(2);
      Weights mlp = checkpoint.weights().at("model").at("layers").at(0).at("mlp");
      assertThat(mlp.path()).isEqualTo("model.layers.0.mlp");
      int width = checkpoint.config().integer("hidden_size");
      int inner = checkpoint.config().integer("intermediate_size");
      TensorData up = mlp.at("up_proj").tensor("weight", inner, width);
      assertThat(up.dtype()).isEqualTo(DType.F16);
      assertThat(up.shape()).isEqualTo(Shape.of(inner, width));
    }
  }

  /** First three numbers, the last one, and the sum, as numpy reads them. */
  @ParameterizedTest
  @CsvSource({
    "llama-smollm2-like-bf16, 72, -0.09716796875, -0.059814453125, -0.061279296875, 0.142578125,"
        + " -4.511869668960571",
    "llama-sharded-f16-many, 64, -0.325927734375, 0.1982421875, -0.115234375, -0.0265655517578125,"
        + " 19.09762579202652"
  })
  void numbersAreThoseThatNumpyReads(
      String name, int width, float first, float second, float third, float last, double sum)
      throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Golden.folder(name))) {
      TensorData table = checkpoint.weights().tensor("model.embed_tokens.weight", 256, width);
      float[] numbers = new float[256 * width];
      table.read(0, numbers, 0, numbers.length);
      assertThat(numbers).startsWith(first, second, third).endsWith(last);
      double total = 0;
      for (float number : numbers) {
        total += number;
      }
      // f64 sums of the same numbers in another order
      assertThat(total).isCloseTo(sum, within(1e-9));
    }
  }
}
