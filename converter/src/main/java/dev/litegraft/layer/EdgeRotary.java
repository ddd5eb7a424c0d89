package dev.litegraft.layer;

import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Op.ReduceKind;
import dev.litegraft.graph.Op.UnaryKind;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rotary positions in the edge graph: angles from tables, and heads turned as two halves. */
final class EdgeRotary {
  private final GraphBuilder graph;
  private final EdgeLayout layout;
  private final Map<Value, Value> cosines = new HashMap<>();
  private final Map<Value, Value> sines = new HashMap<>();

  EdgeRotary(GraphBuilder graph, EdgeLayout layout) {
    this.graph = graph;
    this.layout = layout;
  }

  /**
   * Angles that depend on the position alone.
   *
   * @param positions i32 [b·t]
   * @param texts b
   */
  Rope<Value> byPosition(RotaryEmbedding embedding, Value positions, int texts) {
    int half = embedding.width() / 2;
    int length = layout.isDynamic() ? layout.maxLength() : layout.tokens();
    // A model may have several embeddings, for local and global attention, and a file several
    // lengths.
    String name = "rotary_emb.cos_sin/" + embedding.key() + "/" + length;
    Value rows = graph.gather(constant(name, RotaryTables.cosAndSin(embedding, length)), positions);
    Shape shape = Shape.of(texts, positions.shape().dim(0) / texts, 2 * half);
    Value angles = graph.reshape(rows, shape);
    return new Rope<>(graph.slice(angles, -1, 0, half), graph.slice(angles, -1, half, half));
  }

  /** The last position, t − 1: [b, t] to [b, 1]. */
  Value last(Value positions) {
    return graph.reduce(ReduceKind.REDUCE_MAX, positions, 1);
  }

  /**
   * Angles that depend on the text's length too: frequencies are looked up by it, then cos and sin
   * are computed in the graph.
   *
   * @param positions [b, t]
   * @param last the last of them: i32 [b]
   */
  Rope<Value> byLength(Value positions, RotaryEmbedding embedding, Value last) {
    int half = embedding.width() / 2;
    TensorData table = RotaryTables.frequenciesByLength(embedding, layout.maxLength());
    Value frequencies = graph.gather(constant("rotary_emb.inv_freq", table), last); // [b, r]
    int b = positions.shape().dim(0);
    Value column = graph.reshape(positions, Shape.of(b, positions.shape().dim(1), 1));
    Value angles = graph.mul(column, graph.reshape(frequencies, Shape.of(b, 1, half)));
    return new Rope<>(
        scaled(graph.unary(UnaryKind.COS, angles), embedding.attentionFactor()),
        scaled(graph.unary(UnaryKind.SIN, angles), embedding.attentionFactor()));
  }

  private Value scaled(Value x, double factor) {
    return factor == 1 ? x : graph.mul(x, graph.scalar(factor));
  }

  /**
   * See {@link Layers#rotate}. Each half is turned by the other one: {@code x · [cos, cos] +
   * [right, left] · [−sin, sin]}. Of a short text an operator costs as much as its numbers, so they
   * are few.
   */
  Value rotate(Value x, Rope<Value> rope) {
    int half = rope.cos().shape().last();
    int rest = x.shape().last() - 2 * half;
    Value cos = cosines.computeIfAbsent(rope.cos(), c -> overHeads(c, c));
    Value sin =
        sines.computeIfAbsent(rope.sin(), s -> overHeads(graph.mul(s, graph.scalar(-1)), s));
    Value left = graph.slice(x, -1, 0, half);
    Value right = graph.slice(x, -1, half, half);
    Value other = graph.concatenation(List.of(right, left), -1);
    Value both = rest == 0 ? x : graph.slice(x, -1, 0, 2 * half);
    Value turned = graph.add(graph.mul(both, cos), graph.mul(other, sin));
    return rest == 0
        ? turned
        : graph.concatenation(List.of(turned, graph.slice(x, -1, 2 * half, rest)), -1);
  }

  /** [b, q, r] twice to [b, 1, q, 2r]. */
  private Value overHeads(Value left, Value right) {
    Value both = graph.concatenation(List.of(left, right), -1);
    Shape s = both.shape();
    return graph.reshape(both, Shape.of(s.dim(0), 1, s.dim(1), s.last()));
  }

  private Value constant(String name, TensorData data) {
    return graph.constant(name, data, PlainStorage.F32);
  }
}
