package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointWeightsTest {
  private static CheckpointWeights weights(String... names) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, TensorViews.of(name, Shape.of(2, 3), new float[6]));
    }
    return CheckpointWeights.of(tensors, "my-checkpoint");
  }

  @Test
  void tensorsAreFoundByPathAndTickedOff() {
    CheckpointWeights root =
        weights("model.layers.0.mlp.up_proj.weight", "model.norm.weight", "score.weight");
    assertThat(root.path()).isEmpty();
    Weights mlp = root.at("model").at("layers").at(0).at("mlp");
    assertThat(mlp.path()).isEqualTo("model.layers.0.mlp");
    assertThat(mlp.at("up_proj").has("weight")).isTrue();
    assertThat(mlp.at("up_proj").has("bias")).isFalse();
    assertThat(root.unused()).hasSize(3);
    mlp.at("up_proj").tensor("weight", 2, 3);
    root.at("model.norm").tensor("weight", 2, 3);
    assertThat(root.unused()).containsExactly("score.weight");
  }

  @Test
  void aMissingTensorNamesTheNearestOne() {
    CheckpointWeights root = weights("model.layers.0.mlp.up_proj.weight", "lm_head.weight");
    InvalidInputException e =
        Refusal.of(() -> root.at("model.layers.0.mlp").tensor("up_project.weight", 2, 3));
    assertThat(e.what())
        .isEqualTo("the checkpoint has no tensor model.layers.0.mlp.up_project.weight");
    assertThat(e.where()).isEqualTo("my-checkpoint");
    assertThat(e.remedy())
        .startsWith("the nearest name there is model.layers.0.mlp.up_proj.weight;");
    assertThat(Refusal.of(() -> weights().tensor("norm.weight", 1)).remedy())
        .startsWith("check that the folder holds the whole model");
  }

  @Test
  void aTensorOfAnotherShapeIsRefusedWithBothShapes() {
    CheckpointWeights root = weights("score.weight").with(ModuleNames.DECODER);
    InvalidInputException e = Refusal.of(() -> root.at("score").tensor("weight", 7, 3));
    assertThat(e.what())
        .isEqualTo("score.weight has shape [2, 3], where config.json asks for [7, 3]");
    assertThat(e.remedy())
        .isEqualTo(
            "correct id2label or num_labels in config.json of a copy of the folder: the head has 2 rows, one a label");
    assertThat(Refusal.of(() -> root.at("score").tensor("weight", -1, 3)).what())
        .endsWith("larger than any tensor can be");
    assertThat(Refusal.of(() -> root.at("score").tensor("weight", 2, 4)).remedy())
        .startsWith("compare config.json");
    assertThat(root.unused()).containsExactly("score.weight");
  }

  @Test
  void aMissingHeadIsCalledSo() {
    CheckpointWeights base =
        weights("model.norm.weight", "lm_head.weight").with(ModuleNames.DECODER);
    InvalidInputException e = Refusal.of(() -> base.at("score").tensor("weight", 2, 3));
    assertThat(e.what())
        .isEqualTo("the checkpoint has no classification head: there is no tensor score.weight");
    assertThat(e.remedy()).contains("--adapter");
    CheckpointWeights half = weights("classifier.dense.weight").with(ModuleNames.ENCODER);
    assertThat(Refusal.of(() -> half.at("classifier").tensor("weight", 2, 3)).what())
        .isEqualTo("the checkpoint has no tensor classifier.weight");
  }

  @Test
  void aSubstitutedTensorIsInTheCopyOnly() {
    CheckpointWeights root = weights("a.weight", "b.weight");
    root.at("a").tensor("weight", 2, 3);
    CheckpointWeights copy =
        root.with("b.weight", TensorViews.of("b.weight", Shape.of(1), 5))
            .with("c", TensorViews.of("c", Shape.of(), 1));
    assertThat(copy.unused()).containsExactly("a.weight", "b.weight", "c");
    assertThat(copy.at("b").tensor("weight", 1).shape()).isEqualTo(Shape.of(1));
    assertThat(root.unused()).containsExactly("b.weight");
    assertThat(root.has("c")).isFalse();
  }
}
