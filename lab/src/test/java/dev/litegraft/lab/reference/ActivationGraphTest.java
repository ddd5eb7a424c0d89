package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Embedding;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every activation function in a file, against the formula. */
class ActivationGraphTest {
  private static final float[] POINTS = {
    -90, -20.5f, -6, -3.25f, -3, -1.5f, -1, -0.75f, -0.5f, -0.25f, -1e-3f, 0, 1e-3f, 0.25f, 0.5f,
    0.625f, 1, 2.5f, 3, 6, 9.5f, 11, 20.5f, 90
  };

  @TempDir Path folder;

  @Test
  void filesComputeTheFormula() throws IOException {
    GraphBuilder builder = new GraphBuilder();
    EdgeLayers f = new EdgeLayers(builder, new EdgeLayout(1, 1, EdgeLayout.Qkv.SPLIT));
    Value ids = builder.input("input_ids", DType.I32, Shape.of(1, 1));
    Value x =
        f.embedding(
            ids,
            new Embedding("x", TensorViews.of("x.weight", Shape.of(1, POINTS.length), POINTS)));
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (Activation function : Activation.values()) {
      outputs.put(function.name(), f.affine(f.activation(x, function), 1, 0.5));
    }
    Path file = folder.resolve("activations.tflite");
    TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1))
        .write(file, List.of(builder.build("serving_default", outputs)));
    try (RawModel model = RawModel.open(file)) {
      List<RawOutput> answered = model.run(TokenRow.of(0));
      assertThat(answered).hasSize(Activation.values().length);
      answered.forEach(
          output -> {
            Activation function = Activation.valueOf(output.name());
            for (int i = 0; i < POINTS.length; i++) {
              double expected = Activations.of(function).applyAsDouble(POINTS[i]) + 0.5;
              assertThat((double) output.values()[i])
                  .as("%s(%s)", function, POINTS[i])
                  .isCloseTo(expected, within(4e-7 * Math.max(1, Math.abs(expected)) + 2e-7));
            }
          });
    }
  }
}
