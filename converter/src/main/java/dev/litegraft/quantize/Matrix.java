package dev.litegraft.quantize;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.MoveOp;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Value;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A weight that is large, and that the kernels take in other forms than f32: the matrix of a linear
 * layer or an embedding table.
 *
 * @param value the constant
 * @param readers the operators that read it
 */
record Matrix(Value value, Set<Reader> readers) {
  /** An operator that reads matrices, as recipe files call it. */
  enum Reader {
    FULLY_CONNECTED,
    EMBEDDING_LOOKUP
  }

  private static final String WEIGHT = ".weight";

  /** The path of the module whose weight it is: {@code model.layers.3.self_attn.o_proj}. */
  String path() {
    String name = value.name();
    return name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
  }

  /** The matrices of a graph by their constant, in the order in which they are read. */
  static Map<Value, Matrix> of(Graph graph) {
    Map<Value, Matrix> matrices = new LinkedHashMap<>();
    for (Op op : graph.ops()) {
      if (op instanceof Op.FullyConnected linear) {
        add(matrices, linear.weight(), Reader.FULLY_CONNECTED);
      } else if (op instanceof MoveOp.EmbeddingLookup lookup) {
        add(matrices, lookup.table(), Reader.EMBEDDING_LOOKUP);
      }
    }
    return matrices;
  }

  private static void add(Map<Value, Matrix> matrices, Value value, Reader reader) {
    if (value.isConstant()) {
      matrices
          .computeIfAbsent(value, v -> new Matrix(v, EnumSet.noneOf(Reader.class)))
          .readers
          .add(reader);
    }
  }
}
