package dev.litegraft.layer;

import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Op.BinaryKind;
import dev.litegraft.graph.Op.ReduceKind;
import dev.litegraft.graph.Op.UnaryKind;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layers that emit TFLite operators, arranged for the runtime that runs them (XNNPACK), for a batch
 * of one.
 *
 * <p>What the measurements decided: rotary positions on two halves, grouped-query attention as one
 * batched product a key/value head, masks and angles made once, everything that XNNPACK leaves to
 * other kernels (look-ups, casts, running sums) at the front, and no reshape with two unknown
 * dimensions, so that the sequence axis can be dynamic.
 */
public final class EdgeLayers implements Layers<Value> {
  /**
   * The score of a hidden key is minus this: so large that its weight is exactly 0, small enough to
   * be finite in fp16.
   */
  private static final double HIDDEN = 3e4;

  private final GraphBuilder graph;
  private final EdgeLayout layout;
  private final Map<Value, Value> flatIndices = new HashMap<>();
  private final Map<Value, Value> numbers = new HashMap<>();
  private final Map<Value, Value> stackedMasks = new HashMap<>();
  private final EdgeRotary rotary;
  private final EdgeDistances distances;
  private @Nullable Value positions;

  /**
   * @param graph receives the operators
   * @param layout the choices that a conversion leaves open
   */
  public EdgeLayers(GraphBuilder graph, EdgeLayout layout) {
    this.graph = graph;
    this.layout = layout;
    this.rotary = new EdgeRotary(graph, layout);
    this.distances = new EdgeDistances(graph);
  }

  @Override
  public Value embedding(Value index, Embedding table) {
    graph.scope(table.name());
    if (table.weight().shape().dim(0) == 1) { // the same row for every token, which broadcasts
      return weight(table.name() + ".weight", table.weight());
    }
    Value flat = flatIndices.computeIfAbsent(index, this::flatIndex);
    Value rows = graph.embeddingLookup(flat, weight(table.name() + ".weight", table.weight()));
    Value x = graph.reshape(rows, Shape.of(1, flat.shape().dim(0), rows.shape().last()));
    return done(x, table.name());
  }

  /** [1, t] of whatever type to i32 [t], as look-ups take it. */
  private Value flatIndex(Value index) {
    Value whole = graph.cast(index, DType.I32);
    return graph.reshape(whole, Shape.of(index.shape().dim(1)));
  }

  @Override
  public Value linear(Value x, Linear weights) {
    Value weight = weight(weights.name() + ".weight", weights.weight());
    Optional<Value> bias = weights.bias().map(b -> weight(weights.name() + ".bias", b));
    graph.scope(parent(weights.name()));
    return graph.fullyConnected(weights.name(), x, weight, bias);
  }

  @Override
  public List<Value> linears(Value x, List<Linear> weights) {
    if (layout.qkv() == EdgeLayout.Qkv.SPLIT || weights.size() == 1) {
      return weights.stream().map(w -> linear(x, w)).toList();
    }
    Value all = linear(x, fused(weights));
    List<Value> parts = new ArrayList<>();
    int begin = 0;
    for (Linear w : weights) {
      parts.add(graph.named(graph.slice(all, -1, begin, w.out()), w.name()));
      begin += w.out();
    }
    return parts;
  }

  private static Linear fused(List<Linear> weights) {
    StringBuilder name = new StringBuilder(weights.get(0).name());
    for (Linear w : weights.subList(1, weights.size())) {
      name.append('+').append(w.name().substring(w.name().lastIndexOf('.') + 1));
    }
    List<TensorData> matrices = weights.stream().map(Linear::weight).toList();
    Optional<TensorData> bias = Optional.empty();
    if (weights.stream().anyMatch(w -> w.bias().isPresent())) {
      List<TensorData> biases =
          weights.stream().map(w -> w.bias().orElseGet(() -> zeros(w))).toList();
      bias = Optional.of(TensorViews.concatenated(name + ".bias", biases));
    }
    return new Linear(name.toString(), TensorViews.concatenated(name + ".weight", matrices), bias);
  }

  private static TensorData zeros(Linear w) {
    return TensorViews.of(w.name() + ".bias", Shape.of(w.out()), new float[w.out()]);
  }

  @Override
  public Value rmsNorm(Value x, RmsNorm norm) {
    graph.scope(norm.name());
    Value meanSquare = graph.reduce(ReduceKind.MEAN, graph.mul(x, x), -1);
    Value factor =
        graph.unary(UnaryKind.RSQRT, graph.add(meanSquare, graph.scalar(norm.epsilon())));
    Value scaled = graph.mul(graph.mul(x, factor), weight(norm.name() + ".weight", norm.weight()));
    return done(scaled, norm.name());
  }

  @Override
  public Value layerNorm(Value x, LayerNorm norm) {
    graph.scope(norm.name());
    Value centred = graph.sub(x, graph.reduce(ReduceKind.MEAN, x, -1));
    Value variance = graph.reduce(ReduceKind.MEAN, graph.mul(centred, centred), -1);
    Value factor = graph.unary(UnaryKind.RSQRT, graph.add(variance, graph.scalar(norm.epsilon())));
    Value scaled =
        graph.mul(graph.mul(centred, factor), weight(norm.name() + ".weight", norm.weight()));
    Value shifted =
        norm.bias().map(b -> graph.add(scaled, weight(norm.name() + ".bias", b))).orElse(scaled);
    return done(shifted, norm.name());
  }

  @Override
  public Value activation(Value x, Activation function) {
    return switch (function) {
      case LINEAR -> x;
      case GELU -> graph.gelu(x, false);
      case GELU_TANH -> graph.gelu(x, true);
      case GELU_10 -> clamp(graph.gelu(x, false), -10, 10);
      case QUICK_GELU -> graph.mul(x, graph.unary(UnaryKind.LOGISTIC, scale(x, 1.702)));
      case RELU -> graph.unary(UnaryKind.RELU, x);
      case RELU2 -> graph.unary(UnaryKind.SQUARE, graph.unary(UnaryKind.RELU, x));
      case RELU6 -> clamp(x, 0, 6);
      case LEAKY_RELU -> graph.binary(BinaryKind.MAXIMUM, x, scale(x, 0.01));
      case SILU -> graph.mul(x, graph.unary(UnaryKind.LOGISTIC, x));
      case MISH -> graph.mul(x, graph.unary(UnaryKind.TANH, softplus(x)));
      case SIGMOID -> graph.unary(UnaryKind.LOGISTIC, x);
      case TANH -> graph.unary(UnaryKind.TANH, x);
    };
  }

  private Value clamp(Value x, double low, double high) {
    Value above = graph.binary(BinaryKind.MAXIMUM, x, graph.scalar(low));
    return graph.binary(BinaryKind.MINIMUM, above, graph.scalar(high));
  }

  /** {@code max(x, 0) + log(1 + exp(−|x|))}, which does not overflow. */
  private Value softplus(Value x) {
    Value small =
        graph.unary(UnaryKind.EXP, graph.unary(UnaryKind.NEG, graph.unary(UnaryKind.ABS, x)));
    Value rest = graph.unary(UnaryKind.LOG, graph.add(small, graph.scalar(1)));
    return graph.add(graph.unary(UnaryKind.RELU, x), rest);
  }

  @Override
  public Value add(Value a, Value b) {
    return graph.add(a, b);
  }

  @Override
  public Value multiply(Value a, Value b) {
    return graph.mul(a, b);
  }

  @Override
  public Value affine(Value x, double factor, double offset) {
    Value product = factor == 1 ? number(x) : graph.mul(number(x), graph.scalar(factor));
    return offset == 0 ? product : graph.add(product, graph.scalar(offset));
  }

  /** Ids and masks as f32. */
  private Value number(Value x) {
    return x.dtype() == DType.F32 ? x : numbers.computeIfAbsent(x, v -> graph.cast(v, DType.F32));
  }

  @Override
  public Value splitHeads(Value x, int heads) {
    Shape s = x.shape();
    Value split = graph.reshape(x, Shape.of(1, s.dim(1), heads, s.last() / heads));
    return graph.transpose(split, 0, 2, 1, 3);
  }

  @Override
  public Value mergeHeads(Value x) {
    Shape s = x.shape();
    return graph.reshape(
        graph.transpose(x, 0, 2, 1, 3), Shape.of(1, s.dim(2), s.dim(1) * s.last()));
  }

  @Override
  public Value matMul(Value a, Value b, boolean transposeB) {
    return graph.batchMatMul(a, b, transposeB);
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
  public Value attention(
      Value query, Value key, Value value, Value mask, double scale, double softCap) {
    Shape q = query.shape();
    int keyHeads = key.shape().dim(1);
    int group = q.dim(1) / keyHeads;
    Shape grouped = Shape.of(1, keyHeads, q.dim(2) * group, q.last());
    Value scores =
        graph.batchMatMul(graph.reshape(scale(query, scale), grouped), key, true); // [1, k, g·q, t]
    Value capped = softCap == 0 ? scores : softCap(scores, softCap);
    Value weights = graph.softmax(masked(capped, stacked(mask, group)));
    return graph.reshape(graph.batchMatMul(weights, value, false), q);
  }

  /** [1, 1, q, t] to [1, 1, g·q, t]; a mask of one row broadcasts. */
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
      Value ones = graph.add(graph.mul(number(ids), graph.scalar(0)), graph.scalar(1));
      positions = graph.named(graph.cumsum(ones, 1, true), "positions");
    }
    return positions;
  }

  /** A product picks, as in {@link #pick}. */
  @Override
  public Value ahead(Value x, Value from, int by) {
    Value place = column(from); // [1, t, 1]
    Value places = graph.batchMatMul(affine(place, 0, 1), place, true); // [1, t, t], j in column j
    Value distance = graph.add(places, affine(place, -1, -by)); // j − (i + by), whole
    Value isThere = graph.unary(UnaryKind.RELU, affine(graph.mul(distance, distance), -1, 1));
    return graph.batchMatMul(isThere, x, false);
  }

  @Override
  public int longest(Value ids) {
    return layout.maxLength();
  }

  @Override
  public Value relativePositions(Value ids) {
    return distances.of(positions(ids));
  }

  @Override
  public Value positionsFrom(Value each, Value picked) {
    Value own = graph.mul(graph.reshape(picked, each.shape()), each);
    return graph.sub(each, graph.reduce(ReduceKind.SUM, own, 1));
  }

  @Override
  public Value lookUp(Value index, TensorData list) {
    return graph.gather(weight(list.name(), list), graph.cast(index, DType.I32));
  }

  @Override
  public Value headRows(Value index, List<RowTable> tables, int heads) {
    return distances.headRows(index, tables, heads);
  }

  @Override
  public Value relativeScores(Optional<Value> query, Optional<Value> key, Value rows) {
    return distances.scores(query, key, rows);
  }

  @Override
  public Value relativeScoresOfOne(Optional<Value> query, Optional<Value> key, Value rows) {
    return distances.scoresOfOne(query, key, rows);
  }

  @Override
  public Value column(Value x) {
    return graph.reshape(x, Shape.of(1, x.shape().dim(1), 1));
  }

  @Override
  public Value differs(Value ids, int id) {
    Value distance = graph.unary(UnaryKind.ABS, affine(ids, 1, -(double) id));
    return graph.binary(BinaryKind.MINIMUM, distance, graph.scalar(1));
  }

  @Override
  public Value runningSum(Value x) {
    return graph.cumsum(x, 1, false);
  }

  @Override
  public Rope<Value> rope(Value positions, RotaryEmbedding embedding) {
    graph.scope("rotary_emb");
    return embedding.dependsOnLength() && layout.isDynamic()
        ? rotary.byLength(positions, embedding, flatIndex(rotary.last(positions)))
        : rotary.byPosition(embedding, flatIndices.computeIfAbsent(positions, this::flatIndex));
  }

  @Override
  public Value rotate(Value x, Rope<Value> rope) {
    return rotary.rotate(x, rope);
  }

  @Override
  public Value mask(Value attended, Span span) {
    graph.scope("mask");
    int t = attended.shape().dim(1);
    Value padding = graph.reshape(affine(attended, 2 * HIDDEN, -HIDDEN), Shape.of(1, 1, 1, t));
    if (span.equals(Span.BIDIRECTIONAL)) {
      return padding;
    }
    Value position = positions(attended);
    Value row = graph.reshape(position, Shape.of(1, 1, t, 1));
    Value column = graph.reshape(position, Shape.of(1, 1, 1, t));
    Value back = graph.sub(row, column); // how far before the query the key stands
    // Not negative where the key is seen.
    Value seen = span.after() == Span.ALL ? null : affine(back, 1, span.after());
    if (span.before() != Span.ALL) {
      Value near = affine(back, -1, span.before());
      seen = seen == null ? near : graph.binary(BinaryKind.MINIMUM, seen, near);
    }
    if (seen == null) {
      throw new IllegalStateException("a span without a limit is bidirectional");
    }
    Value inSpan = affine(clamp(seen, -1, 0), 2 * HIDDEN, HIDDEN);
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
    Value last = graph.reduce(ReduceKind.REDUCE_MAX, graph.mul(index, flags), 1); // [1, 1]
    Value distance = graph.unary(UnaryKind.ABS, graph.sub(index, last));
    return row(graph.unary(UnaryKind.RELU, affine(distance, -1, 1)));
  }

  @Override
  public Value firstToken(Value ids) {
    graph.scope("first_token");
    return row(graph.unary(UnaryKind.RELU, affine(positions(ids), -1, 1)));
  }

  @Override
  public Value averaging(Value attended) {
    graph.scope("mean_pooling");
    Value count = graph.reduce(ReduceKind.SUM, attended, 1);
    Value divisor = graph.binary(BinaryKind.MAXIMUM, count, graph.scalar(1e-9));
    return row(graph.binary(BinaryKind.DIV, attended, divisor));
  }

  /** [1, t] to [1, 1, t]. */
  private Value row(Value x) {
    return graph.reshape(x, Shape.of(1, 1, x.shape().dim(1)));
  }

  @Override
  public Value pick(Value weights, Value x) {
    int rank = x.shape().rank();
    if (x.shape().dim(-2) == 1) {
      return x;
    }
    Value row =
        rank == 3 ? weights : graph.reshape(weights, Shape.of(1, 1, 1, weights.shape().last()));
    return graph.batchMatMul(row, x, false);
  }

  @Override
  public Value maxOverTokens(Value x, Value attended) {
    graph.scope("max_pooling");
    Value hidden =
        graph.reshape(affine(attended, HIDDEN, -HIDDEN), Shape.of(1, x.shape().dim(1), 1));
    return graph.reduce(ReduceKind.REDUCE_MAX, graph.add(x, hidden), 1);
  }

  @Override
  public Value joined(List<Value> parts) {
    return graph.concatenation(parts, -1);
  }

  @Override
  public Value normalize(Value x) {
    graph.scope("normalize");
    Value squares = graph.reduce(ReduceKind.SUM, graph.mul(x, x), -1);
    Value bounded = graph.binary(BinaryKind.MAXIMUM, squares, graph.scalar(1e-24));
    return graph.mul(x, graph.unary(UnaryKind.RSQRT, bounded));
  }

  @Override
  public Value named(Value x, String path) {
    return graph.named(x, path);
  }

  /** Names what a module made; what follows belongs to the module around it. */
  private Value done(Value value, String module) {
    graph.scope(parent(module));
    return graph.named(value, module);
  }

  private static String parent(String module) {
    return module.substring(0, Math.max(0, module.lastIndexOf('.')));
  }

  private Value weight(String name, TensorData data) {
    return graph.constant(name, data, PlainStorage.F32);
  }
}
