package dev.litegraft.lab.calibration;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Value;
import dev.litegraft.quantize.Pass;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes outputs of what linear layers read, so that it can be looked at.
 *
 * <p>A pass with a result: after it was applied, {@link #inputs} says which output each matrix
 * reads.
 */
final class ObserveInputs implements Pass {
  /** A value that matrices read, and how many numbers a token has of it. */
  record Input(String value, int width) {}

  private final Map<String, Set<Input>> inputs = new LinkedHashMap<>();

  @Override
  public String name() {
    return "inputs of linear layers as outputs";
  }

  @Override
  public Graph apply(Graph graph) {
    Map<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
    for (Op op : graph.ops()) {
      if (op instanceof Op.FullyConnected linear
          && linear.weight().isConstant()
          && isMade(linear.x(), graph)) {
        Value x = linear.x();
        inputs
            .computeIfAbsent(linear.weight().name(), name -> new LinkedHashSet<>())
            .add(new Input(x.name(), x.shape().last()));
        outputs.put(x.name(), x);
      }
    }
    return new Graph(graph.signature(), graph.inputs(), outputs, graph.ops());
  }

  /** Inputs of the graph and constants cannot be outputs. */
  private static boolean isMade(Value x, Graph graph) {
    return !x.isConstant() && !graph.inputs().containsValue(x);
  }

  /** What each matrix reads, by the matrix's name. */
  Map<String, Set<Input>> inputs() {
    return inputs;
  }
}
