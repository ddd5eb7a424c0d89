package dev.litegraft.lab.architecture;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.MoveOp;
import dev.litegraft.graph.Op;
import dev.litegraft.tensor.DType;
import java.util.List;

/** Which operators of a graph XNNPACK takes. */
final class FastKernels {
  private FastKernels() {}

  /** What the operators make that run outside the fast kernels. */
  static List<String> outside(Graph graph) {
    return graph.ops().stream()
        .filter(FastKernels::isOutside)
        .map(op -> op.output().name())
        .toList();
  }

  /** XNNPACK takes neither look-ups, running sums and casts, nor what works on whole numbers. */
  private static boolean isOutside(Op op) {
    return op instanceof MoveOp.EmbeddingLookup
        || op instanceof MoveOp.Gather
        || op instanceof Op.Cumsum
        || op instanceof MoveOp.Cast
        || op instanceof MoveOp.ShapeOf
        || (op instanceof MoveOp.Reshape reshape && reshape.dims().isPresent())
        || op.output().dtype() != DType.F32;
  }
}
