package dev.litegraft.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A graph that is being changed, operator after operator in execution order: values are replaced,
 * operators inserted before the one that is looked at or behind it.
 *
 * <p>A value that was replaced is read as its replacement by every operator that follows; what an
 * inserted operator reads is taken as it is.
 */
public final class GraphEdit {
  /** Looks at an operator, which reads what earlier steps put in the place of its values. */
  public interface Step {
    /**
     * What takes the operator's place. Its result is read wherever the old one's was; operators
     * that have to run before it are {@link GraphEdit#insert inserted}.
     */
    Op apply(Op op, GraphEdit edit);
  }

  private final Map<Value, Value> replaced = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<Op> ops = new ArrayList<>();

  private GraphEdit() {}

  /** The graph that the steps make of another; without operators that no output needs. */
  public static Graph of(Graph graph, Step step) {
    GraphEdit edit = new GraphEdit();
    graph.values().forEach(value -> edit.names.add(value.name()));
    for (Op op : graph.ops()) {
      Op read = op.accept(new Rewriter(edit::now, UnaryOperator.identity()));
      Op made = step.apply(read, edit);
      edit.ops.add(made);
      if (made.output() != op.output()) {
        edit.replaced.put(op.output(), made.output());
      }
    }
    Map<String, Value> outputs = new LinkedHashMap<>();
    graph.outputs().forEach((name, value) -> outputs.put(name, edit.now(value)));
    return new Graph(graph.signature(), graph.inputs(), outputs, edit.ops).withoutDeadOps();
  }

  /** The same operators reading other constants; {@code to} is asked once for each. */
  public static Graph mapConstants(Graph graph, UnaryOperator<Value> to) {
    Map<Value, Value> mapped = new HashMap<>();
    return of(
        graph,
        (op, edit) ->
            reading(op, value -> value.isConstant() ? mapped.computeIfAbsent(value, to) : value));
  }

  /** The same operator reading other values. */
  public static Op reading(Op op, UnaryOperator<Value> to) {
    return op.accept(new Rewriter(to, UnaryOperator.identity()));
  }

  /** The same operator making another value, which takes the place of the old one. */
  public static Op making(Op op, Value output) {
    return op.accept(new Rewriter(UnaryOperator.identity(), value -> output));
  }

  /** What is read now where {@code value} was read. */
  public Value now(Value value) {
    Value now = replaced.get(value);
    return now == null ? value : now;
  }

  /** Puts an operator before the one that is looked at; gives its result. */
  public Value insert(Op op) {
    ops.add(op);
    return op.output();
  }

  /** From the next operator on {@code by} is read where {@code value} is. */
  public void replace(Value value, Value by) {
    replaced.put(value, by);
  }

  /** A name that no value has, which begins with this. */
  public String name(String base) {
    String name = base;
    for (int i = 2; !names.add(name); i++) {
      name = base + "_" + i;
    }
    return name;
  }
}
