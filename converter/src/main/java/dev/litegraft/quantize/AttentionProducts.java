package dev.litegraft.quantize;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.MoveOp;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The products of attention in a graph: queries by keys, whose sums go into a softmax, and what
 * comes out of it by values. Other products (means over tokens, the choice of one) are none.
 *
 * @param scores results of products whose sums go into a softmax
 * @param mixed results of products that multiply what a softmax made
 */
record AttentionProducts(Set<Value> scores, Set<Value> mixed) {
  static AttentionProducts of(Graph graph) {
    AttentionProducts found = new AttentionProducts(new HashSet<>(), new HashSet<>());
    Map<Value, Op> makers = new HashMap<>();
    graph.ops().forEach(op -> makers.put(op.output(), op));
    for (Op op : graph.ops()) {
      if (op instanceof Op.Softmax softmax) {
        found.addScores(softmax.x(), makers);
      } else if (op instanceof Op.BatchMatMul product
          && isOfActivations(product)
          && isMoved(product.a(), makers)) {
        found.mixed.add(product.output());
      }
    }
    return found;
  }

  /** Whether this makes scores, or mixes values. */
  boolean contains(Op.BatchMatMul product) {
    return scores.contains(product.output()) || mixed.contains(product.output());
  }

  private static boolean isOfActivations(Op.BatchMatMul product) {
    return !product.a().isConstant()
        && !product.b().isConstant()
        && product.a().dtype() == DType.F32;
  }

  /** Masks are added, scores of distances as well: sums and moves lead back to products. */
  private void addScores(Value value, Map<Value, Op> makers) {
    Op maker = makers.get(value);
    if (maker instanceof Op.BatchMatMul product) {
      if (isOfActivations(product)) {
        scores.add(value);
      }
    } else if (maker instanceof MoveOp || maker instanceof Op.Binary) {
      maker.inputs().forEach(input -> addScores(input, makers));
    }
  }

  /** Whether a softmax made it, in another order. */
  private static boolean isMoved(Value value, Map<Value, Op> makers) {
    Op maker = makers.get(value);
    return maker instanceof Op.Softmax
        || (maker instanceof MoveOp && isMoved(maker.inputs().get(0), makers));
  }
}
