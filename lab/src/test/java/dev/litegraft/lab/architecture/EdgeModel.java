package dev.litegraft.lab.architecture;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.checkpoint.config.ConfigKeys;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.PackedLayers;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.EdgeLayers;
import dev.litegraft.layer.EdgeLayout;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.layer.Inputs;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint in memory whose settings and tensors a test may change, and the file that is made of
 * it.
 *
 * @param config its config.json
 * @param weights its tensors
 */
record EdgeModel(HfConfig config, CheckpointWeights weights) {
  private static final int MAX_LENGTH = 64;

  /** A recorded checkpoint. */
  static EdgeModel of(String goldenCase) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(GoldenCase.of(goldenCase).folder())) {
      Map<String, TensorData> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, TensorData> tensor : checkpoint.weights().tensors().entrySet()) {
        TensorData data = tensor.getValue();
        tensors.put(tensor.getKey(), TensorViews.of(data.name(), data.shape(), floats(data)));
      }
      return new EdgeModel(checkpoint.config(), CheckpointWeights.of(tensors, goldenCase));
    }
  }

  /** All numbers of a tensor. */
  static float[] floats(TensorData data) throws IOException {
    float[] all = new float[Math.toIntExact(data.shape().elements())];
    data.read(0, all, 0, all.length);
    return all;
  }

  /** The same with another setting; null is what config.json calls null. */
  EdgeModel with(String key, @Nullable Object value) {
    return new EdgeModel(config.with(key, value), weights);
  }

  /** The same without a setting. */
  EdgeModel without(String key) {
    return new EdgeModel(config.without(key), weights);
  }

  /** The same as a class of another family. */
  EdgeModel as(String hfClass) {
    String type =
        Architectures.ALL.stream()
            .filter(family -> family.classes().containsKey(hfClass))
            .map(Architecture::modelType)
            .findFirst()
            .orElseThrow();
    return with("architectures", List.of(hfClass)).with("model_type", type);
  }

  /** The same with a further or other tensor. */
  EdgeModel with(String tensor, Shape shape, float[] numbers) {
    return new EdgeModel(config, weights.with(tensor, TensorViews.of(tensor, shape, numbers)));
  }

  /** The same with every number of a tensor changed. */
  EdgeModel mapping(String tensor, DoubleUnaryOperator to) throws IOException {
    float[] numbers = numbers(tensor);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) to.applyAsDouble(numbers[i]);
    }
    return with(tensor, shape(tensor), numbers);
  }

  /** The numbers of a tensor, row-major. */
  float[] numbers(String tensor) throws IOException {
    return floats(data(tensor));
  }

  /** The shape of a tensor. */
  Shape shape(String tensor) {
    return data(tensor).shape();
  }

  private TensorData data(String tensor) {
    TensorData data = weights.tensors().get(tensor);
    if (data == null) {
      throw new AssertionError("no tensor " + tensor + " in " + weights.tensors().keySet());
    }
    return data;
  }

  /** The graph of the class that the config names. */
  Graph graph(int tokens, Qkv qkv) {
    Graph graph = graph(config, weights, tokens, qkv);
    ConfigKeys.check(config, Architectures.configNames()); // as a conversion does
    return graph;
  }

  /** The graph of the class that {@code config} names; its output is called logits. */
  static Graph graph(
      HfConfig config, dev.litegraft.checkpoint.Weights weights, int tokens, Qkv qkv) {
    Architectures.Found found = Architectures.of(config);
    Architecture architecture = found.architecture();
    GraphBuilder builder = new GraphBuilder();
    EdgeLayers f = new EdgeLayers(builder, new EdgeLayout(tokens, MAX_LENGTH, qkv));
    Value ids = builder.input("input_ids", DType.I32, Shape.of(1, tokens));
    Value mask = builder.input("attention_mask", DType.I32, Shape.of(1, tokens));
    Optional<Value> types =
        architecture.takesTokenTypes(config)
            ? Optional.of(builder.input("token_type_ids", DType.I32, Shape.of(1, tokens)))
            : Optional.empty();
    Value attended = builder.cast(mask, DType.F32);
    Value logits =
        architecture.forward(
            f, config, weights, new Inputs<>(ids, attended, types, found.task(), Optional.empty()));
    return builder.build("serving_default", Map.of("logits", logits));
  }

  /** What the reference answers to texts without padding, packed into one row: [texts · labels]. */
  float[] reference(int[]... texts) {
    int[] lengths = Arrays.stream(texts).mapToInt(text -> text.length).toArray();
    Array ids = Array.ofRows(Arrays.stream(texts).flatMapToInt(Arrays::stream).toArray());
    Architectures.Found found = Architectures.of(config);
    Optional<Array> types =
        found.architecture().takesTokenTypes(config)
            ? Optional.of(Array.filled(ids.shape(), 0))
            : Optional.empty();
    Array attended = Array.filled(ids.shape(), 1);
    return found
        .architecture()
        .forward(
            new PackedLayers(PlainLayers.of(1), lengths),
            config,
            weights,
            new Inputs<>(ids, attended, types, found.task(), Optional.empty()))
        .numbers();
  }

  /** What the file made of this answers to a text without padding. */
  float[] answer(int... ids) throws IOException {
    int[] mask = new int[ids.length];
    Arrays.fill(mask, 1);
    return answer(ids, mask);
  }

  /** What the file made of this answers. */
  float[] answer(int[] ids, int[] mask) throws IOException {
    return answer(ids, mask, null);
  }

  /** What the file made of this answers; types null for all 0. */
  float[] answer(int[] ids, int[] mask, int @Nullable [] types) throws IOException {
    Path file = Files.createTempFile("edge-model", ".tflite");
    try {
      TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1))
          .write(file, List.of(graph(Shape.TOKENS, Qkv.SPLIT)));
      try (RawModel model = RawModel.open(file)) {
        return model.answer(ids, mask, types).values();
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
