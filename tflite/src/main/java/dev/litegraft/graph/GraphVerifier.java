package dev.litegraft.graph;

import dev.litegraft.operator.OperatorSpec;
import dev.litegraft.operator.OperatorTable;
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
 *   <li>Nothing is computed over a value that is read later ({@link InPlace}).
 *   <li>{@link OperatorTable} knows every operator with values of these types and ranks.
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
      inTable(op);
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
    InPlace.verify(graph);
  }

  /** Types and ranks are those that readers of files let through. */
  private static void inTable(Op op) {
    OperatorSpec spec =
        OperatorTable.find(op.mnemonic())
            .orElseThrow(() -> new GraphException(op.mnemonic() + " is not in the table", "graph"));
    for (int i = 0; i < op.inputs().size(); i++) {
      Value value = op.inputs().get(i);
      OperatorSpec.Slot slot = spec.slot(i);
      int rank = value.shape().rank();
      require(
          slot.types().contains(value.dtype())
              && rank >= slot.leastRank()
              && rank <= slot.mostRank(),
          op.mnemonic() + " takes " + slot.types() + " as input " + i,
          value.toString());
    }
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
