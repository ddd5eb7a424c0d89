package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import org.junit.jupiter.api.Test;

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
        assertThat(checkpoint.labels().count()).isGreaterThan(0);
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
}
