package dev.litegraft.lab.diagnosis;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The file that an exporter makes of a checkpoint which wires one kind of layer in another way. */
final class RewiredGraph {
  private static final int MAX_LENGTH = 64;

  private RewiredGraph() {}

  /** What the exporter does instead. */
  interface Wiring {
    /** The layer's value, of the arguments that the layer was called with. */
    Value apply(Layers<Value> f, Inputs<Value> in, Object[] arguments);
  }

  /** The file in which the calls of these methods of Layers are wired so. */
  static Path file(Path folder, Map<String, Wiring> wirings, Path target) throws IOException {
    return file(folder, wirings, Recipe.F32, target);
  }

  /** The same, whose matrices are stored so. */
  static Path file(Path folder, Map<String, Wiring> wirings, Recipe recipe, Path target)
      throws IOException {
    try (Checkpoint checkpoint = Architectures.open(folder)) {
      Architectures.Found found = Architectures.of(checkpoint.config());
      Architecture architecture = found.architecture();
      GraphBuilder builder = new GraphBuilder();
      EdgeLayers plain =
          new EdgeLayers(builder, new EdgeLayout(Shape.TOKENS, MAX_LENGTH, EdgeLayout.Qkv.SPLIT));
      Shape tokens = Shape.of(1, Shape.TOKENS);
      Value ids = builder.input("input_ids", DType.I32, tokens);
      Value mask = builder.input("attention_mask", DType.I32, tokens);
      Optional<Value> types =
          architecture.takesTokenTypes(checkpoint.config())
              ? Optional.of(builder.input("token_type_ids", DType.I32, tokens))
              : Optional.empty();
      Inputs<Value> in =
          new Inputs<>(ids, builder.cast(mask, DType.F32), types, found.task(), Optional.empty());
      Layers<Value> wired = wired(plain, wirings, in);
      Value logits = architecture.forward(wired, checkpoint.config(), checkpoint.weights(), in);
      TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1))
          .write(
              target,
              List.of(recipe.apply(builder.build("serving_default", Map.of("logits", logits)))));
      return target;
    }
  }

  @SuppressWarnings("unchecked")
  private static Layers<Value> wired(
      EdgeLayers plain, Map<String, Wiring> wirings, Inputs<Value> in) {
    return (Layers<Value>)
        Proxy.newProxyInstance(
            Layers.class.getClassLoader(),
            new Class<?>[] {Layers.class},
            (proxy, method, arguments) -> {
              Wiring wiring = wirings.get(method.getName());
              if (wiring != null) {
                return wiring.apply(plain, in, arguments);
              }
              try {
                return method.invoke(plain, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
