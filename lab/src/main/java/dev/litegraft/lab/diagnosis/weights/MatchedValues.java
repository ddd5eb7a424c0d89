package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.tflite.TfliteModel;
import dev.litegraft.tflite.TfliteModel.Operator;
import dev.litegraft.tflite.TfliteModel.Subgraph;
import dev.litegraft.tflite.TfliteModel.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where another tool's graph computes what the checkpoint's modules do: found by following each
 * matched matrix to the product that uses it, because names say nothing there.
 *
 * @param byModule the value of each module that was found, in the order of the matrices
 */
public record MatchedValues(Map<String, Value> byModule) {
  /** What a matrix goes through on its way to a product. */
  private static final Set<String> PASSING_ON =
      Set.of("DEQUANTIZE", "TRANSPOSE", "RESHAPE", "CAST");

  private static final Set<String> PRODUCTS = Set.of("FULLY_CONNECTED", "BATCH_MATMUL", "CONV_2D");
  private static final Set<String> LOOKUPS = Set.of("GATHER", "EMBEDDING_LOOKUP");
  private static final String WEIGHT = ".weight";

  /**
   * A value of the graph of which some columns are a module's.
   *
   * @param tensor its name in the file
   * @param width how many columns it has
   * @param at the column of each number of the module
   * @param factor what the tool multiplied them with
   * @param step the place of the product among the graph's operators
   * @param input the name of what the product is given; absent of a table
   * @param columns what the tool took out of that and into the matrix: a norm's weight
   * @param norm the name of that weight; empty where nothing was taken
   */
  public record Value(
      String tensor,
      int width,
      int[] at,
      double factor,
      int step,
      Optional<String> input,
      float[] columns,
      Optional<String> norm) {
    /**
     * What the module is given, of each token.
     *
     * @param numbers what the product is given, [t, in] or several such
     */
    public float[] ofInput(float[] numbers) {
      float[] own = numbers.clone();
      for (int i = 0; i < own.length; i++) {
        own[i] *= columns[i % columns.length];
      }
      return own;
    }

    /**
     * The module's numbers of each token.
     *
     * @param numbers the value, [t, width] or several such
     */
    public float[] of(float[] numbers) {
      int tokens = numbers.length / width;
      float[] own = new float[tokens * at.length];
      for (int t = 0; t < tokens; t++) {
        for (int i = 0; i < at.length; i++) {
          own[t * at.length + i] = (float) (numbers[t * width + at[i]] / factor);
        }
      }
      return own;
    }
  }

  public MatchedValues {
    byModule = Map.copyOf(byModule);
  }

  /** Follows every matrix that was found. */
  public static MatchedValues of(TfliteModel model, WeightsInFile weights) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (int s = 0; s < model.subgraphs().size(); s++) {
      Graph graph = Graph.of(model.subgraphs().get(s));
      int subgraph = s;
      weights
          .found()
          .forEach(
              (name, matrix) -> {
                if (name.endsWith(WEIGHT) && matrix.in().subgraph() == subgraph) {
                  graph
                      .value(matrix)
                      .ifPresent(
                          value ->
                              values.putIfAbsent(
                                  name.substring(0, name.length() - WEIGHT.length()), value));
                }
              });
    }
    return new MatchedValues(values);
  }

  /** Who reads each tensor of a subgraph. */
  private record Graph(
      Subgraph subgraph, Map<Integer, List<Operator>> readers, Map<String, Integer> names) {
    static Graph of(Subgraph subgraph) {
      Map<Integer, List<Operator>> readers = new HashMap<>();
      for (Operator operator : subgraph.operators()) {
        operator
            .inputs()
            .forEach(i -> readers.computeIfAbsent(i, n -> new ArrayList<>()).add(operator));
      }
      Map<String, Integer> names = new HashMap<>();
      subgraph.tensors().forEach(tensor -> names.merge(tensor.name(), 1, Integer::sum));
      return new Graph(subgraph, readers, names);
    }

    private List<Operator> readers(int tensor) {
      return readers.getOrDefault(tensor, List.of());
    }

    private Optional<Value> value(FoundMatrix matrix) {
      List<Integer> open = new ArrayList<>(List.of(matrix.in().tensor()));
      for (int i = 0; i < open.size(); i++) {
        for (Operator reader : readers(open.get(i))) {
          int output = reader.outputs().isEmpty() ? -1 : reader.outputs().get(0);
          if (PASSING_ON.contains(reader.mnemonic()) && !open.contains(output)) {
            open.add(output);
          } else if (PRODUCTS.contains(reader.mnemonic()) && isPlain(reader)) {
            return value(
                withBias(output), matrix.at(), matrix.in().rows(), matrix, reader, open.get(i));
          } else if (LOOKUPS.contains(reader.mnemonic()) && !matrix.isReordered()) {
            int[] all = new int[matrix.in().columns()];
            java.util.Arrays.setAll(all, column -> column);
            return value(output, all, all.length, matrix, reader, -1);
          }
        }
      }
      return Optional.empty();
    }

    /** Whether nothing is computed of a product before it is kept. */
    private static boolean isPlain(Operator product) {
      return !(product.options().get("fused_activation_function") instanceof Integer kind)
          || kind == 0;
    }

    /** The sum with a constant row behind a product that has none of its own. */
    private int withBias(int product) {
      List<Operator> after = readers(product);
      if (after.size() != 1 || !after.get(0).mnemonic().equals("ADD") || !isPlain(after.get(0))) {
        return product;
      }
      List<Integer> terms = after.get(0).inputs();
      Tensor other = subgraph.tensors().get(terms.get(0) == product ? terms.get(1) : terms.get(0));
      int width = last(subgraph.tensors().get(product));
      boolean row = other.buffer() > 0 && numbers(other) == width && last(other) == width;
      return row ? after.get(0).outputs().get(0) : product;
    }

    /**
     * @param weight the product's input that is the matrix; negative of a table
     */
    private Optional<Value> value(
        int tensor, int[] at, int rows, FoundMatrix matrix, Operator product, int weight) {
      Tensor value = subgraph.tensors().get(tensor);
      if (last(value) != rows || !isNamed(value)) {
        return Optional.empty();
      }
      Optional<String> input = Optional.empty();
      int given = product.inputs().get(product.inputs().get(0) == weight ? 1 : 0);
      if (weight >= 0 && last(subgraph.tensors().get(given)) == matrix.columns().length) {
        input = Optional.of(subgraph.tensors().get(given)).filter(this::isNamed).map(Tensor::name);
      }
      int step = subgraph.operators().indexOf(product);
      return Optional.of(
          new Value(
              value.name(),
              rows,
              at,
              matrix.factor(),
              step,
              input,
              matrix.columns(),
              matrix.before().norm()));
    }

    private boolean isNamed(Tensor tensor) {
      return names.getOrDefault(tensor.name(), 0) == 1;
    }

    private static int last(Tensor tensor) {
      return tensor.shape().isEmpty() ? 1 : tensor.shape().get(tensor.shape().size() - 1);
    }

    private static long numbers(Tensor tensor) {
      return tensor.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    }
  }
}
