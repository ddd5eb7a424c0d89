package dev.litegraft.layer;

import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Op.BinaryKind;
import dev.litegraft.graph.Op.ReduceKind;
import dev.litegraft.graph.Op.UnaryKind;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link AcrossTokens} in the edge graph: what is the same for all layers is made once. */
final class EdgeAcrossTokens implements AcrossTokens<Value> {
  /**
   * The score of a hidden key is minus this: so large that its weight is exactly 0, small enough to
   * be finite in fp16.
   */
  private static final double HIDDEN = 3e4;

  private final GraphBuilder graph;
  private final EdgeLayout layout;
  private final EdgeEachToken each;
  private final EdgeRotary rotary;
  private final Map<Value, Value> stackedMasks = new HashMap<>();
  private final Map<Value, Value> stackedBiases = new HashMap<>();
  private @Nullable Value positions;

  EdgeAcrossTokens(GraphBuilder graph, EdgeLayout layout, EdgeEachToken each, EdgeRotary rotary) {
    this.graph = graph;
    this.layout = layout;
    this.each = each;
    this.rotary = rotary;
  }

  @Override
  public Value softmax(Value x) {
    return graph.softmax(x);
  }

  /**
   * The h/k query heads of a key/value head are stacked along the tokens, so that no key or value
   * is repeated.
   */
  @Override
  public Value attention(Value query, Value key, Value value, Scores<Value> scores) {
    Shape q = query.shape();
    int keyHeads = key.shape().dim(1);
    int group = q.dim(1) / keyHeads;
    Shape grouped = Shape.of(q.dim(0), keyHeads, q.dim(2) * group, q.last());
    Value rows = graph.reshape(each.scale(query, scores.scale()), grouped);
    Value products = graph.batchMatMul(rows, key, true); // [b, k, g·q, t]
    Value capped = scores.cap() == 0 ? products : each.softCap(products, scores.cap());
    Value biased =
        scores.bias().map(b -> graph.add(capped, stackedBias(b, query, group))).orElse(capped);
    Value weights = graph.softmax(masked(biased, stacked(scores.mask(), group)));
    return graph.reshape(graph.batchMatMul(weights, value, false), q);
  }

  /** [1 or b, h or 1, q or 1, t] to what broadcasts to [b, k, g·q, t]. */
  private Value stackedBias(Value bias, Value query, int group) {
    if (group == 1) {
      return bias;
    }
    return bias.shape().dim(1) == 1
        ? stacked(bias, group)
        : stackedBiases.computeIfAbsent(bias, b -> stackedHeads(rowEach(b, query), group));
  }

  /** A row for every query, where there is one for all: [b, h, 1, t] to [b, h, q, t]. */
  private Value rowEach(Value bias, Value query) {
    if (bias.shape().dim(2) == query.shape().dim(2)) {
      return bias;
    }
    Value zeros = graph.mul(graph.reduce(ReduceKind.MEAN, query, 3), graph.scalar(0));
    return graph.add(bias, zeros);
  }

  /** [b, h, q, t] to [b, k, g·q, t]. Head by head where a reshape had two unknown dimensions. */
  private Value stackedHeads(Value bias, int group) {
    Shape s = bias.shape();
    Shape stacked = Shape.of(s.dim(0), s.dim(1) / group, s.dim(2) * group, s.last());
    if (stacked.unknowns() <= 1) {
      return graph.reshape(bias, stacked);
    }
    List<Value> groups = new ArrayList<>();
    for (int head = 0; head < s.dim(1); head += group) {
      List<Value> rows = new ArrayList<>();
      for (int i = head; i < head + group; i++) {
        rows.add(graph.slice(bias, 1, i, 1));
      }
      groups.add(graph.concatenation(rows, 2));
    }
    return graph.concatenation(groups, 1);
  }

  /** [b, 1, q, t] to [b, 1, g·q, t]; a mask of one row broadcasts. */
  private Value stacked(Value mask, int group) {
    if (group == 1 || mask.shape().dim(2) == 1) {
      return mask;
    }
    return stackedMasks.computeIfAbsent(
        mask, m -> graph.concatenation(Collections.nCopies(group, m), 2));
  }

  /** The same for every value that has a number a token, so they are made once. */
  @Override
  public Value positions(Value ids) {
    if (positions == null) {
      Value ones = graph.add(graph.mul(each.number(ids), graph.scalar(0)), graph.scalar(1));
      positions = graph.named(graph.cumsum(ones, 1, true), "positions");
    }
    return positions;
  }

  /** A product picks, as in {@link #pick}. */
  @Override
  public Value ahead(Value x, Value from, int by) {
    Value place = each.column(from); // [b, t, 1]
    Value places =
        graph.batchMatMul(each.affine(place, 0, 1), place, true); // [b, t, t], j in column j
    Value distance = graph.add(places, each.affine(place, -1, -by)); // j − (i + by), whole
    Value isThere = graph.unary(UnaryKind.RELU, each.affine(graph.mul(distance, distance), -1, 1));
    return graph.batchMatMul(isThere, x, false);
  }

  @Override
  public Value behind(Value x, Value from, Value first) {
    Value isFirst = graph.unary(UnaryKind.RELU, each.affine(from, -1, 1)); // [b, t]
    return graph.add(ahead(x, from, -1), graph.mul(each.column(isFirst), first));
  }

  /**
   * Whole turns are taken off before the angle is made: a product of two positions is exact, an
   * angle of many turns is not. A quotient that is cut to the wrong whole number is a turn more.
   */
  @Override
  public Waves<Value> waves(Value from) {
    graph.scope("fourier");
    Value place = each.column(from); // [b, t, 1]
    Value product = graph.batchMatMul(place, place, true); // [b, t, t]
    Value n = length(from);
    Value turns = graph.cast(graph.binary(BinaryKind.DIV, product, n), DType.I32);
    Value rest = graph.sub(product, graph.mul(graph.cast(turns, DType.F32), n));
    Value angle = graph.mul(graph.binary(BinaryKind.DIV, rest, n), graph.scalar(2 * Math.PI));
    return new Waves<>(graph.unary(UnaryKind.COS, angle), graph.unary(UnaryKind.SIN, angle));
  }

  /** How many tokens there are: [b, 1, 1]. */
  private Value length(Value from) {
    Value last = graph.reduce(ReduceKind.REDUCE_MAX, from, 1); // [b, 1]
    return graph.reshape(graph.add(last, graph.scalar(1)), Shape.of(from.shape().dim(0), 1, 1));
  }

  @Override
  public Value runningSum(Value x) {
    return graph.cumsum(x, 1, false);
  }

  @Override
  public Rope<Value> rope(Value positions, RotaryEmbedding embedding) {
    graph.scope("rotary_emb");
    return embedding.dependsOnLength() && layout.isDynamic()
        ? rotary.byLength(positions, embedding, each.flatIndex(rotary.last(positions)))
        : rotary.byPosition(embedding, each.indices(positions), positions.shape().dim(0));
  }

  @Override
  public Value mask(Value attended, Span span) {
    graph.scope("mask");
    int t = attended.shape().dim(1);
    int b = attended.shape().dim(0);
    Value padding = graph.reshape(each.affine(attended, 2 * HIDDEN, -HIDDEN), Shape.of(b, 1, 1, t));
    if (span.equals(Span.BIDIRECTIONAL)) {
      return padding;
    }
    Value position = positions(attended);
    Value row = graph.reshape(position, Shape.of(b, 1, t, 1));
    Value column = graph.reshape(position, Shape.of(b, 1, 1, t));
    Value back = graph.sub(row, column); // how far before the query the key stands
    // Not negative where the key is seen.
    Value seen = span.after() == Span.ALL ? null : each.affine(back, 1, span.after());
    if (span.before() != Span.ALL) {
      Value near = each.affine(back, -1, span.before());
      seen = seen == null ? near : graph.binary(BinaryKind.MINIMUM, seen, near);
    }
    if (seen == null) {
      throw new IllegalStateException("a span without a limit is bidirectional");
    }
    Value inSpan = each.affine(each.clamp(seen, -1, 0), 2 * HIDDEN, HIDDEN);
    return graph.binary(BinaryKind.MINIMUM, inSpan, padding);
  }

  /** The mask is an upper bound of the scores: no score reaches the one of a key that is seen. */
  @Override
  public Value masked(Value scores, Value mask) {
    return graph.binary(BinaryKind.MINIMUM, scores, mask);
  }

  @Override
  public Value lastWhere(Value flags) {
    graph.scope("last_token");
    Value index = positions(flags);
    Value last = graph.reduce(ReduceKind.REDUCE_MAX, graph.mul(index, flags), 1); // [b, 1]
    Value distance = graph.unary(UnaryKind.ABS, graph.sub(index, last));
    return row(graph.unary(UnaryKind.RELU, each.affine(distance, -1, 1)));
  }

  @Override
  public Value firstToken(Value ids) {
    graph.scope("first_token");
    return row(graph.unary(UnaryKind.RELU, each.affine(positions(ids), -1, 1)));
  }

  @Override
  public Value averaging(Value attended) {
    graph.scope("mean_pooling");
    Value count = graph.reduce(ReduceKind.SUM, attended, 1);
    Value divisor = graph.binary(BinaryKind.MAXIMUM, count, graph.scalar(1e-9));
    return row(graph.binary(BinaryKind.DIV, attended, divisor));
  }

  /** [b, t] to [b, 1, t]. */
  private Value row(Value x) {
    return graph.reshape(x, Shape.of(x.shape().dim(0), 1, x.shape().dim(1)));
  }

  @Override
  public Value pick(Value weights, Value x) {
    int rank = x.shape().rank();
    if (x.shape().dim(-2) == 1) {
      return x;
    }
    Shape w = weights.shape();
    Value row = rank == 3 ? weights : graph.reshape(weights, Shape.of(w.dim(0), 1, 1, w.last()));
    return graph.batchMatMul(row, x, false);
  }

  @Override
  public Value spread(Value x) {
    return x;
  }

  @Override
  public Value maxOverTokens(Value x, Value attended) {
    graph.scope("max_pooling");
    Value hidden =
        graph.reshape(
            each.affine(attended, HIDDEN, -HIDDEN),
            Shape.of(x.shape().dim(0), x.shape().dim(1), 1));
    return graph.reduce(ReduceKind.REDUCE_MAX, graph.add(x, hidden), 1);
  }
}
