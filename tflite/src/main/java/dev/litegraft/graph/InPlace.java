package dev.litegraft.graph;

import java.util.HashMap;
import java.util.Map;

/**
 * The rule that keeps TFLite's memory planner from overwriting a value that is read again.
 *
 * <p>A RESHAPE moves nothing: its result is the memory of what it reads, however many others read
 * that. An elementwise operator writes its result over what it reads if it is the only one that
 * reads <em>this</em> value. One behind the other, they overwrite a value that has other readers.
 * XNNPACK has memory of its own; the built-in kernels answer wrongly.
 *
 * <p>Source: {@code ArenaPlanner::IdentifyInPlaceTensors} of TFLite 2.15 to 2.21, which counts
 * readers of the reshaped value alone.
 */
final class InPlace {
  private final Map<Value, Value> sources = new HashMap<>();
  private final Map<Value, Integer> lastReads = new HashMap<>();
  private final Map<Value, Integer> readers = new HashMap<>();

  private InPlace(Graph graph) {
    for (int i = 0; i < graph.ops().size(); i++) {
      Op op = graph.ops().get(i);
      for (Value value : op.inputs()) {
        lastReads.merge(source(value), i, Math::max);
        readers.merge(value, 1, Integer::sum);
      }
      if (op instanceof MoveOp.Reshape reshape) {
        sources.put(op.output(), source(reshape.x()));
      }
    }
    graph.outputs().values().forEach(value -> lastReads.put(source(value), Integer.MAX_VALUE));
  }

  /** What a value shares its memory with. */
  private Value source(Value value) {
    return sources.getOrDefault(value, value);
  }

  /**
   * Checks that nothing is computed over a value that is read later.
   *
   * @throws GraphException that names the operator
   */
  static void verify(Graph graph) {
    InPlace run = new InPlace(graph);
    for (int i = 0; i < graph.ops().size(); i++) {
      Op op = graph.ops().get(i);
      for (Value value : op.inputs()) {
        Value source = run.source(value);
        if (source != value
            && run.readers.getOrDefault(value, 0) == 1
            && writesOver(op, value)
            && run.lastReads.getOrDefault(source, -1) > i) {
          throw new GraphException(
              op.mnemonic()
                  + " may be computed over a value that is read later, because a RESHAPE shares its"
                  + " memory",
              op.output().name() + ", over " + source.name());
        }
      }
    }
  }

  /** Whether an operator may write its result where this value stands. */
  private static boolean writesOver(Op op, Value value) {
    boolean elementwise =
        op instanceof Op.Unary
            || op instanceof Op.Binary
            || op instanceof Op.Gelu
            || op instanceof Op.Softmax;
    return elementwise && value.shape().sameElements(op.output().shape());
  }
}
