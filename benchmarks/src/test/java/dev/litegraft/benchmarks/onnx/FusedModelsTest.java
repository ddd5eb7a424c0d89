package dev.litegraft.benchmarks.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.benchmarks.BenchmarkCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ONNX files have, read back; that they answer alike is measured where ONNX Runtime is. */
class FusedModelsTest {
  @TempDir Path folder;

  private interface Writing {
    void write(Path checkpoint, Path file, boolean int8) throws IOException;
  }

  private OnnxModel written(Path checkpoint, boolean int8, Writing writing) throws IOException {
    Path file = folder.resolve("model.onnx");
    writing.write(checkpoint, file, int8);
    return OnnxModel.of(Files.readAllBytes(file));
  }

  private static Map<String, Long> operators(OnnxModel model) {
    return model.nodes().stream()
        .collect(
            Collectors.groupingBy(OnnxModel.Node::operator, TreeMap::new, Collectors.counting()));
  }

  @Test
  void bertHasTheOperatorsThatTheToolsFuse() throws IOException {
    Path checkpoint = BenchmarkCheckpoint.tinyBert(folder);
    OnnxModel f32 = written(checkpoint, false, FusedBert::write);
    assertThat(operators(f32))
        .containsEntry("EmbedLayerNormalization", 1L)
        .containsEntry("Attention", 2L)
        .containsEntry("SkipLayerNormalization", 4L)
        .containsEntry("BiasGelu", 2L)
        .containsEntry("MatMul", 8L) // three a layer, the pooler and the head
        .doesNotContainKeys("LayerNormalization", "Softmax", "MatMulInteger");
    OnnxModel int8 = written(checkpoint, true, FusedBert::write);
    assertThat(operators(int8))
        .containsEntry("QAttention", 2L)
        .containsEntry("MatMulInteger", 8L)
        .containsEntry("DynamicQuantizeLinear", 10L)
        .doesNotContainKeys("Attention", "MatMul");
  }

  @Test
  void llamaRoundsAnInputOnceForAllItsProducts() throws IOException {
    Path checkpoint = BenchmarkCheckpoint.tinyLlama(folder);
    OnnxModel f32 = written(checkpoint, false, FusedLlama::write);
    assertThat(operators(f32))
        .containsEntry("GroupQueryAttention", 2L)
        .containsEntry("SimplifiedLayerNormalization", 1L)
        .containsEntry("SkipSimplifiedLayerNormalization", 4L)
        .containsEntry("MatMul", 11L); // five a layer and the head
    OnnxModel int8 = written(checkpoint, true, FusedLlama::write);
    assertThat(operators(int8))
        .containsEntry("MatMulInteger", 11L)
        .containsEntry("DynamicQuantizeLinear", 9L); // gate and up have the same input
  }

  @Test
  void theThreeProjectionsStandSideBySide() throws IOException {
    OnnxModel f32 = written(BenchmarkCheckpoint.tinyLlama(folder), false, FusedLlama::write);
    OnnxModel.Tensor packed =
        Objects.requireNonNull(f32.tensors().get("layers.0.self_attn.qkv_proj.matrix"));
    assertThat(packed.shape()).containsExactly(16, 16 + 8 + 8);
  }

  @Test
  void everyInputOfANodeComesFromSomewhere() throws IOException {
    Map<String, Path> checkpoints =
        Map.of(
            "bert", BenchmarkCheckpoint.tinyBert(folder),
            "llama", BenchmarkCheckpoint.tinyLlama(folder));
    for (Map.Entry<String, Path> each : checkpoints.entrySet()) {
      OnnxModel model =
          written(
              each.getValue(),
              false,
              each.getKey().equals("bert") ? FusedBert::write : FusedLlama::write);
      Map<String, String> made =
          model.nodes().stream()
              .flatMap(node -> node.outputs().stream())
              .filter(name -> !name.isEmpty())
              .collect(Collectors.toMap(Function.identity(), Function.identity()));
      for (OnnxModel.Node node : model.nodes()) {
        for (String input : node.inputs()) {
          boolean given =
              input.isEmpty()
                  || input.endsWith("_ids")
                  || input.equals("attention_mask")
                  || made.containsKey(input)
                  || model.tensors().containsKey(input);
          // Whole numbers are not among the tensors that the reader keeps.
          assertThat(given || input.matches("one|first\\.(index|axis)")).as(input).isTrue();
        }
      }
    }
  }
}
