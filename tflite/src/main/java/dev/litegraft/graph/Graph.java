package dev.litegraft.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
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
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    ops = List.copyOf(ops);
  }

  /**
   * Every value, in the order in which it is first met: inputs, then what each operator reads and
   * makes, then scales that are tensors of their own behind their value.
   */
  public Set<Value> values() {
    Set<Value> values = new LinkedHashSet<>(inputs.values());
    for (Op op : ops) {
      values.addAll(op.inputs());
      values.add(op.output());
    }
    values.addAll(outputs.values());
    return withScales(values);
  }

  /** Scales that are tensors of their own stand behind the value whose they are. */
  private static Set<Value> withScales(Set<Value> values) {
    Set<Value> all = new LinkedHashSet<>();
    for (Value value : values) {
      all.add(value);
      if (value.quantization().orElse(null) instanceof Quantization.Blocks blocks) {
        all.add(blocks.scales());
      }
    }
    return all;
  }

  /** The constants, in the order in which they are first read. */
  public List<Value> constants() {
    return values().stream().filter(Value::isConstant).toList();
  }

  /** Without the operators that no output needs. */
  public Graph withoutDeadOps() {
    Set<Value> needed = new HashSet<>(outputs.values());
    List<Op> live = new ArrayList<>();
    for (int i = ops.size() - 1; i >= 0; i--) {
      Op op = ops.get(i);
      if (needed.contains(op.output())) {
        needed.addAll(op.inputs());
        live.add(op);
      }
    }
    Collections.reverse(live);
    return new Graph(signature, inputs, outputs, live);
  }
}
