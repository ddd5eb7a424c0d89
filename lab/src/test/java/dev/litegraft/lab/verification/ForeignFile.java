package dev.litegraft.lab.verification;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Inputs;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file as another exporter could make it: it says nothing of itself. */
final class ForeignFile {
  private static final int MAX_LENGTH = 64;

  private ForeignFile() {}

  /**
   * A decoder's file with a second output, [1, t], beside its logits.
   *
   * @param ids the name of the ids
   * @param mask the name of the mask
   * @param logits the name of the logits
   */
  static Path of(Path folder, String ids, String mask, String logits, Path target)
      throws IOException {
    try (Checkpoint checkpoint = Architectures.open(folder)) {
      Architectures.Found found = Architectures.of(checkpoint.config());
      GraphBuilder builder = new GraphBuilder();
      EdgeLayers layers =
          new EdgeLayers(builder, new EdgeLayout(Shape.TOKENS, MAX_LENGTH, EdgeLayout.Qkv.SPLIT));
      Shape tokens = Shape.of(1, Shape.TOKENS);
      // The mask first, as an exporter may have it.
      Value attended = builder.input(mask, DType.I32, tokens);
      Value text = builder.input(ids, DType.I32, tokens);
      Value numbers = builder.cast(attended, DType.F32);
      Inputs<Value> in =
          new Inputs<>(text, numbers, Optional.empty(), found.task(), Optional.empty());
      Map<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("attended", numbers);
      outputs.put(
          logits,
          found.architecture().forward(layers, checkpoint.config(), checkpoint.weights(), in));
      TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1))
          .write(target, List.of(builder.build("serving_default", outputs)));
      return target;
    }
  }
}
