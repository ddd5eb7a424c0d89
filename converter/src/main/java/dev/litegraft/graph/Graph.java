package dev.litegraft.graph;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A subgraph: operators in execution order, and the named inputs and outputs of its signature.
 *
 * @param signature the signature's key, {@code serving_default} or {@code tokens_32}
 * @param inputs signature name to value, in the order of the signature
 * @param outputs signature name to value, in the order of the signature
 * @param ops in execution order
 */
public record Graph(
    String signature, Map<String, Value> inputs, Map<String, Value> outputs, List<Op> ops) {
  public Graph {
    inputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    ops = List.copyOf(ops);
  }

  /**
   * Every value, in the order in which it is first met: inputs, then what each operator reads and
   * makes.
   */
  public Set<Value> values() {
    Set<Value> values = new LinkedHashSet<>(inputs.values());
    for (Op op : ops) {
      values.addAll(op.inputs());
      values.add(op.output());
    }
    values.addAll(outputs.values());
    return values;
  }

  /** The constants, in the order in which they are first read. */
  public List<Value> constants() {
    return values().stream().filter(Value::isConstant).toList();
  }
}
