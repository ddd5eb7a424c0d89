package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GptNeoXTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gpt-neox-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "gpt_neox.layers." + (k - 1);
  }

  private static EdgeModel model() throws IOException {
    return EdgeModel.of("gpt-neox-seqcls");
  }

  /** One half after the other is what two parallel layers do that each have one half only. */
  @Test
  void halvesOfALayerMayFollowEachOther() throws IOException {
    EdgeModel model = model();
    Map<String, TensorData> halves = new LinkedHashMap<>();
    model
        .weights()
        .tensors()
        .forEach(
            (name, data) -> {
              if (!name.contains(".layers.")) {
                halves.put(name, data);
              }
            });
    for (int i = 0; i < 3; i++) {
      for (int half = 0; half < 2; half++) {
        String from = "gpt_neox.layers." + i + ".";
        String to = "gpt_neox.layers." + (2 * i + half) + ".";
        model
            .weights()
            .tensors()
            .forEach(
                (name, data) -> {
                  if (name.startsWith(from)) {
                    halves.put(to + name.substring(from.length()), data);
                  }
                });
      }
    }
    EdgeModel parallel =
        new EdgeModel(model.config(), CheckpointWeights.of(halves, "halves"))
            .with("num_hidden_layers", 6);
    for (int i = 0; i < 3; i++) {
      String first = "gpt_neox.layers." + 2 * i + ".mlp.dense_4h_to_h.";
      String second = "gpt_neox.layers." + (2 * i + 1) + ".attention.dense.";
      for (String silent : List.of(first, second)) {
        parallel = parallel.mapping(silent + "weight", v -> 0).mapping(silent + "bias", v -> 0);
      }
    }
    int[] text = Texts.ofLength(20);
    assertThat(model.with("use_parallel_residual", false).answer(text))
        .containsExactly(parallel.answer(text), Texts.SAME);
  }

  @Test
  void tokensAreClassifiedByClassifierWithBias() throws IOException {
    int[] text = Texts.ofLength(20);
    EdgeModel tagger =
        model()
            .as("GPTNeoXForTokenClassification")
            .with("classifier.weight", Shape.of(3, 64), model().numbers("score.weight"))
            .with("classifier.bias", Shape.of(3), new float[3]);
    float[] tagged = tagger.answer(text);
    assertThat(Arrays.copyOfRange(tagged, tagged.length - 3, tagged.length))
        .containsExactly(model().answer(text), Texts.SAME);
  }
}
