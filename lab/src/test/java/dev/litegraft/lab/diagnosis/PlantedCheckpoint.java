package dev.litegraft.lab.diagnosis;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tensor.RawTensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A copy of a recorded checkpoint with faults planted in its settings or its tensors. */
final class PlantedCheckpoint {
  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");
  private static final ObjectMapper JSON = new ObjectMapper();

  static final ConversionOptions F32 = ConversionOptions.defaults().withRecipe(Recipe.F32);

  private final Path original;
  private final ObjectNode config;
  private Map<String, Numbers> tensors = new LinkedHashMap<>();

  /** A tensor, row-major. */
  private record Numbers(int[] dims, float[] values) {
    int rowLength() {
      return values.length / dims[0];
    }
  }

  /** Something that goes wrong in an exporting tool. */
  interface Fault {
    void plant(PlantedCheckpoint in);

    default Fault and(Fault other) {
      return in -> {
        plant(in);
        other.plant(in);
      };
    }
  }

  private PlantedCheckpoint(Path original) throws IOException {
    this.original = original;
    this.config = JSON.readValue(original.resolve("config.json").toFile(), ObjectNode.class);
    try (Checkpoint checkpoint = Architectures.open(original)) {
      for (Map.Entry<String, RawTensorData> tensor : checkpoint.tensors().entrySet()) {
        RawTensorData data = tensor.getValue();
        int[] dims = new int[data.shape().rank()];
        for (int i = 0; i < dims.length; i++) {
          dims[i] = data.shape().dim(i);
        }
        float[] values = new float[Math.toIntExact(data.shape().elements())];
        data.read(0, values, 0, values.length);
        tensors.put(tensor.getKey(), new Numbers(dims, values));
      }
    }
  }

  /** The folder of a recorded checkpoint. */
  static Path golden(String name) {
    return CASES.resolve(name);
  }

  /** The file that is made of a copy of {@code original} with this fault. */
  static Path file(Path original, Fault fault, ConversionOptions options, Path scratch)
      throws IOException {
    PlantedCheckpoint copy = new PlantedCheckpoint(original);
    fault.plant(copy);
    Path folder = Files.createDirectories(scratch.resolve("planted"));
    copy.write(folder);
    Path file = scratch.resolve("planted.tflite");
    Converter.of(folder).withOptions(options).withThreads(2).convert(file);
    return file;
  }

  /** A copy of {@code original} with this fault, as another tool converts it: without facts. */
  static Path foreignFile(Path original, Fault fault, Path scratch) throws IOException {
    return foreignFile(original, fault, Recipe.F32, scratch);
  }

  /** The same, whose matrices are stored so. */
  static Path foreignFile(Path original, Fault fault, Recipe recipe, Path scratch)
      throws IOException {
    PlantedCheckpoint copy = new PlantedCheckpoint(original);
    fault.plant(copy);
    Path folder = Files.createDirectories(scratch.resolve("planted"));
    copy.write(folder);
    return RewiredGraph.file(folder, Map.of(), recipe, scratch.resolve("foreign.tflite"));
  }

  /** Another setting; null takes the key away. */
  void set(String key, @Nullable Object value) {
    if (value == null) {
      config.remove(key);
    } else {
      config.set(key, JSON.valueToTree(value));
    }
  }

  /** Every number of the tensors whose names match, changed. */
  void map(String names, DoubleUnaryOperator to) {
    for (String name : matching(names)) {
      float[] values = at(name).values;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) to.applyAsDouble(values[i]);
      }
    }
  }

  /** The weight of a norm is taken into the matrices behind it, as a converter folds it. */
  void fold(String norm, String matrices) {
    for (String name : matching(norm)) {
      Numbers weight = at(name);
      String layer = name.substring(0, name.indexOf(".", "model.layers.".length()) + 1);
      for (String matrix : matching(Pattern.quote(layer) + matrices)) {
        float[] values = at(matrix).values;
        for (int i = 0; i < values.length; i++) {
          values[i] *= weight.values[i % weight.values.length];
        }
      }
      Arrays.fill(weight.values, 1);
    }
  }

  /** Row i of the tensors whose names match is the row {@code from(i)} that was. */
  void rows(String names, IntUnaryOperator from) {
    for (String name : matching(names)) {
      Numbers tensor = at(name);
      tensors.put(name, picked(tensor, tensor.dims[0], from));
    }
  }

  private static Numbers picked(Numbers of, int count, IntUnaryOperator from) {
    int length = of.rowLength();
    float[] values = new float[count * length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(of.values, from.applyAsInt(i) * length, values, i * length, length);
    }
    int[] dims = of.dims.clone();
    dims[0] = count;
    return new Numbers(dims, values);
  }

  /** The rows of [q_proj, k_proj, v_proj] of every layer in another order. */
  void qkvRows(IntUnaryOperator from) {
    for (String q : matching(".*q_proj\\.(weight|bias)")) {
      List<String> names = List.of(q, q.replace("q_proj", "k_proj"), q.replace("q_proj", "v_proj"));
      int length = at(q).rowLength();
      int rows = names.stream().mapToInt(n -> at(n).dims[0]).sum();
      float[] all = new float[rows * length];
      int filled = 0;
      for (String name : names) {
        float[] values = at(name).values;
        System.arraycopy(values, 0, all, filled, values.length);
        filled += values.length;
      }
      int[] dims = at(q).dims.clone();
      dims[0] = rows;
      Numbers fused = new Numbers(dims, all);
      int begin = 0;
      for (String name : names) {
        int offset = begin;
        int count = at(name).dims[0];
        tensors.put(name, picked(fused, count, i -> from.applyAsInt(offset + i)));
        begin += count;
      }
    }
  }

  /** Two modules under each other's names. */
  void exchange(String one, String other) {
    Map<String, Numbers> renamed = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          boolean is = name.contains(one);
          renamed.put(is ? name.replace(one, other) : name.replace(other, one), tensor);
        });
    tensors = renamed;
  }

  /** Random numbers in the tensors whose names match. */
  void randomize(String names, double deviation) {
    Random random = new Random(7);
    map(names, x -> random.nextGaussian() * deviation);
  }

  private List<String> matching(String names) {
    List<String> found = tensors.keySet().stream().filter(n -> n.matches(names)).toList();
    if (found.isEmpty()) {
      throw new AssertionError("no tensor matches " + names + ": " + tensors.keySet());
    }
    return found;
  }

  private Numbers at(String name) {
    Numbers tensor = tensors.get(name);
    if (tensor == null) {
      throw new AssertionError("no tensor " + name + ": " + tensors.keySet());
    }
    return tensor;
  }

  private void write(Path folder) throws IOException {
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      if (Files.exists(original.resolve(name))) {
        Files.copy(original.resolve(name), folder.resolve(name));
      }
    }
    config.put("torch_dtype", "float32");
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    ObjectNode header = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach(
        (name, tensor) -> {
          int begin = data.size();
          ByteBuffer bytes =
              ByteBuffer.allocate(4 * tensor.values.length).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(tensor.values);
          data.writeBytes(bytes.array());
          ObjectNode entry = header.putObject(name).put("dtype", "F32");
          entry.set("shape", JSON.valueToTree(tensor.dims));
          entry.set("data_offsets", JSON.valueToTree(new ArrayList<>(List.of(begin, data.size()))));
        });
    byte[] json = JSON.writeValueAsBytes(header);
    Files.write(
        folder.resolve("model.safetensors"),
        ByteBuffer.allocate(8 + json.length + data.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data.toByteArray())
            .array());
  }
}
