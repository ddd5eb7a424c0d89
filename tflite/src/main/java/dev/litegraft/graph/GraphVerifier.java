package dev.litegraft.graph;

import dev.litegraft.tensor.Shape;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The rules of a whole graph, checked when it is built and after every pass. The rules of one
 * operator are in its record.
 *
 * <ol>
 *   <li>A value is made before it is read, and made once.
 *   <li>Every value has a name of its own.
 *   <li>Outputs are made by operators; inputs are no constants.
 *   <li>Nothing is made that is never read: no dead operators.
 *   <li>A constant's shape is static.
 * </ol>
 */
public final class GraphVerifier {
  private GraphVerifier() {}

  /**
   * Checks the rules.
   *
   * @throws GraphException that names the first operator or value at fault
   */
  public static void verify(Graph graph) {
    Set<Value> made = new HashSet<>();
    Set<Value> read = new HashSet<>(graph.outputs().values());
    for (Map.Entry<String, Value> input : graph.inputs().entrySet()) {
      require(!input.getValue().isConstant(), "an input is a constant", input.getKey());
      require(made.add(input.getValue()), "a value is two inputs", input.getKey());
    }
    for (Op op : graph.ops()) {
      for (Value value : op.inputs()) {
        require(
            value.isConstant() || made.contains(value),
            op.mnemonic() + " reads a value before it is made",
            value.name());
        read.add(value);
      }
      require(
          made.add(op.output()),
          op.mnemonic() + " makes a value that is there already",
          op.output().name());
    }
    for (Map.Entry<String, Value> output : graph.outputs().entrySet()) {
      require(
          made.contains(output.getValue()), "an output is not made by the graph", output.getKey());
    }
    for (Op op : graph.ops()) {
      require(
          read.contains(op.output()),
          op.mnemonic() + " makes a value that nothing reads",
          op.output().name());
    }
    names(graph);
  }

  private static void names(Graph graph) {
    Set<String> names = new HashSet<>();
    for (Value value : graph.values()) {
      require(names.add(value.name()), "two values have one name", value.name());
      Shape shape = value.shape();
      require(
          !value.isConstant() || shape.isStatic(),
          "a constant has the unknown shape " + shape,
          value.name());
    }
  }

  private static void require(boolean holds, String rule, String where) {
    if (!holds) {
      throw new GraphException(rule, where);
    }
  }
}
