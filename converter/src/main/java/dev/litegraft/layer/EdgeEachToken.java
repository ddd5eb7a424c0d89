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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link EachToken} in the edge graph. */
final class EdgeEachToken implements EachToken<Value> {
  /** As torch has them. */
  private static final double SELU_SCALE = 1.0507009873554805;

  private static final double SELU_ALPHA = 1.6732632423543772;

  private final GraphBuilder graph;
  private final EdgeLayout layout;
  private final EdgeRotary rotary;
  private final Map<Value, Value> flatIndices = new HashMap<>();
  private final Map<Value, Value> numbers = new HashMap<>();

  EdgeEachToken(GraphBuilder graph, EdgeLayout layout, EdgeRotary rotary) {
    this.graph = graph;
    this.layout = layout;
    this.rotary = rotary;
  }

  @Override
  public Value embedding(Value index, Embedding table) {
    graph.scope(table.name());
    if (table.weight().shape().dim(0) == 1) { // the same row for every token, which broadcasts
      return weight(table.name() + ".weight", table.weight());
    }
    Value flat = indices(index);
    Value rows = graph.embeddingLookup(flat, weight(table.name() + ".weight", table.weight()));
    Shape i = index.shape();
    Value x = graph.reshape(rows, Shape.of(i.dim(0), i.dim(1), rows.shape().last()));
    return done(x, table.name());
  }

  /** [b, t] of whatever type to i32 [b·t], as look-ups take it; made once. */
  Value indices(Value index) {
    return flatIndices.computeIfAbsent(index, this::flatIndex);
  }

  /** [b, t] of whatever type to i32 [b·t]. */
  Value flatIndex(Value index) {
    Value whole = graph.cast(index, DType.I32);
    return graph.reshape(whole, Shape.of(index.shape().dim(0) * index.shape().dim(1)));
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
      case LOG1P ->
          graph.unary(UnaryKind.LOG, graph.add(graph.unary(UnaryKind.RELU, x), graph.scalar(1)));
      case TANH -> graph.unary(UnaryKind.TANH, x);
      case ELU -> elu(x, 1, 1);
      case SELU -> elu(x, SELU_SCALE, SELU_SCALE * SELU_ALPHA);
      case SOFTPLUS -> softplus(x);
      case LOG_SIGMOID -> graph.unary(UnaryKind.NEG, softplus(graph.unary(UnaryKind.NEG, x)));
      case HARD_TANH -> clamp(x, -1, 1);
      case HARD_SIGMOID -> hardSigmoid(x);
      case HARD_SWISH -> graph.mul(x, hardSigmoid(x));
      case HARD_SHRINK -> graph.mul(x, beyondHalf(x));
      case SOFT_SHRINK -> graph.sub(x, clamp(x, -0.5, 0.5));
      case SOFT_SIGN ->
          graph.binary(
              BinaryKind.DIV, x, graph.add(graph.unary(UnaryKind.ABS, x), graph.scalar(1)));
      case TANH_SHRINK -> graph.sub(x, graph.unary(UnaryKind.TANH, x));
      case RRELU -> graph.binary(BinaryKind.MAXIMUM, x, scale(x, 11.0 / 48));
    };
  }

  /** {@code above · x}, or {@code below · (exp(x) − 1)} where x is negative. */
  private Value elu(Value x, double above, double below) {
    Value negative = graph.binary(BinaryKind.MINIMUM, x, graph.scalar(0));
    Value curve = graph.sub(graph.unary(UnaryKind.EXP, negative), graph.scalar(1));
    return graph.add(scale(graph.unary(UnaryKind.RELU, x), above), scale(curve, below));
  }

  private Value hardSigmoid(Value x) {
    return clamp(graph.add(scale(x, 1.0 / 6), graph.scalar(0.5)), 0, 1);
  }

  /** 1 where a number is above 0.5 or below −0.5, else 0. */
  private Value beyondHalf(Value x) {
    Value above = graph.sub(graph.unary(UnaryKind.ABS, x), graph.scalar(0.5));
    return clamp(scale(above, 1e30), 0, 1);
  }

  Value clamp(Value x, double low, double high) {
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
  public Value softmaxOfOwn(Value x) {
    return graph.softmax(x);
  }

  /** One after the other: each is taken out of the rest, of which the next one is the largest. */
  @Override
  public Value largest(Value x, int count) {
    Value rest = x;
    for (int i = 0; i < count; i++) {
      Value below = graph.sub(graph.reduce(ReduceKind.REDUCE_MAX, rest, -1), rest); // 0 at the top
      rest = graph.mul(rest, clamp(scale(below, 1e30), 0, 1));
    }
    return graph.sub(x, rest);
  }

  @Override
  public Value parameter(TensorData numbers) {
    return weight(numbers.name(), numbers);
  }

  @Override
  public Value affine(Value x, double factor, double offset) {
    Value product = factor == 1 ? number(x) : graph.mul(number(x), graph.scalar(factor));
    return offset == 0 ? product : graph.add(product, graph.scalar(offset));
  }

  /** Ids and masks as f32. */
  Value number(Value x) {
    return x.dtype() == DType.F32 ? x : numbers.computeIfAbsent(x, v -> graph.cast(v, DType.F32));
  }

  @Override
  public Value splitHeads(Value x, int heads) {
    Shape s = x.shape();
    Value split = graph.reshape(x, Shape.of(s.dim(0), s.dim(1), heads, s.last() / heads));
    return graph.transpose(split, 0, 2, 1, 3);
  }

  @Override
  public Value mergeHeads(Value x) {
    Shape s = x.shape();
    return graph.reshape(
        graph.transpose(x, 0, 2, 1, 3), Shape.of(s.dim(0), s.dim(2), s.dim(1) * s.last()));
  }

  @Override
  public Value matMul(Value a, Value b, boolean transposeB) {
    return graph.batchMatMul(a, b, transposeB);
  }

  @Override
  public Value lookUp(Value index, TensorData list) {
    return graph.gather(weight(list.name(), list), graph.cast(index, DType.I32));
  }

  @Override
  public Value column(Value x) {
    return graph.reshape(x, Shape.of(x.shape().dim(0), x.shape().dim(1), 1));
  }

  @Override
  public Value differs(Value ids, int id) {
    Value distance = graph.unary(UnaryKind.ABS, affine(ids, 1, -(double) id));
    return graph.binary(BinaryKind.MINIMUM, distance, graph.scalar(1));
  }

  @Override
  public Value rotate(Value x, Rope<Value> rope) {
    return rotary.rotate(x, rope);
  }

  @Override
  public Value joined(List<Value> parts) {
    return graph.concatenation(parts, -1);
  }

  @Override
  public Value leading(Value x, int count) {
    return graph.slice(x, x.shape().rank() - 1, 0, count);
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
