package dev.litegraft.lab.reference;

import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.RowTable;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Optional;

/** Passes every call on: the base of layers that are wired differently in one place. */
public abstract class ForwardingLayers implements Layers<Array> {
  private final Layers<Array> to;

  /** Layers that pass on to these. */
  protected ForwardingLayers(Layers<Array> to) {
    this.to = to;
  }

  @Override
  public Array embedding(Array index, Embedding table) {
    return to.embedding(index, table);
  }

  @Override
  public Array linear(Array x, Linear weights) {
    return to.linear(x, weights);
  }

  /** One by one, so that a change of {@link #linear} sees each of them. */
  @Override
  public List<Array> linears(Array x, List<Linear> weights) {
    return weights.stream().map(w -> linear(x, w)).toList();
  }

  @Override
  public Array rmsNorm(Array x, RmsNorm norm) {
    return to.rmsNorm(x, norm);
  }

  @Override
  public Array layerNorm(Array x, LayerNorm norm) {
    return to.layerNorm(x, norm);
  }

  @Override
  public Array activation(Array x, Activation function) {
    return to.activation(x, function);
  }

  @Override
  public Array add(Array a, Array b) {
    return to.add(a, b);
  }

  @Override
  public Array multiply(Array a, Array b) {
    return to.multiply(a, b);
  }

  @Override
  public Array affine(Array x, double factor, double offset) {
    return to.affine(x, factor, offset);
  }

  @Override
  public Array splitHeads(Array x, int heads) {
    return to.splitHeads(x, heads);
  }

  @Override
  public Array mergeHeads(Array x) {
    return to.mergeHeads(x);
  }

  @Override
  public Array matMul(Array a, Array b, boolean transposeB) {
    return to.matMul(a, b, transposeB);
  }

  @Override
  public Array softmax(Array x) {
    return to.softmax(x);
  }

  @Override
  public Array attention(
      Array query, Array key, Array value, Array mask, double scale, double softCap) {
    return to.attention(query, key, value, mask, scale, softCap);
  }

  @Override
  public Array positions(Array ids) {
    return to.positions(ids);
  }

  @Override
  public Array ahead(Array x, Array positions, int by) {
    return to.ahead(x, positions, by);
  }

  @Override
  public int longest(Array ids) {
    return to.longest(ids);
  }

  @Override
  public Array relativePositions(Array ids) {
    return to.relativePositions(ids);
  }

  @Override
  public Array positionsFrom(Array positions, Array picked) {
    return to.positionsFrom(positions, picked);
  }

  @Override
  public Array lookUp(Array index, TensorData list) {
    return to.lookUp(index, list);
  }

  @Override
  public Array headRows(Array index, List<RowTable> tables, int heads) {
    return to.headRows(index, tables, heads);
  }

  @Override
  public Array relativeScores(Optional<Array> query, Optional<Array> key, Array rows) {
    return to.relativeScores(query, key, rows);
  }

  @Override
  public Array relativeScoresOfOne(Optional<Array> query, Optional<Array> key, Array rows) {
    return to.relativeScoresOfOne(query, key, rows);
  }

  @Override
  public Array column(Array x) {
    return to.column(x);
  }

  @Override
  public Array masked(Array scores, Array mask) {
    return to.masked(scores, mask);
  }

  @Override
  public Array differs(Array ids, int id) {
    return to.differs(ids, id);
  }

  @Override
  public Array runningSum(Array x) {
    return to.runningSum(x);
  }

  @Override
  public Rope<Array> rope(Array positions, RotaryEmbedding embedding) {
    return to.rope(positions, embedding);
  }

  @Override
  public Array rotate(Array x, Rope<Array> rope) {
    return to.rotate(x, rope);
  }

  @Override
  public Array mask(Array attended, Span span) {
    return to.mask(attended, span);
  }

  @Override
  public Array lastWhere(Array flags) {
    return to.lastWhere(flags);
  }

  @Override
  public Array firstToken(Array ids) {
    return to.firstToken(ids);
  }

  @Override
  public Array averaging(Array attended) {
    return to.averaging(attended);
  }

  @Override
  public Array pick(Array weights, Array x) {
    return to.pick(weights, x);
  }

  @Override
  public Array maxOverTokens(Array x, Array attended) {
    return to.maxOverTokens(x, attended);
  }

  @Override
  public Array joined(List<Array> parts) {
    return to.joined(parts);
  }

  @Override
  public Array normalize(Array x) {
    return to.normalize(x);
  }

  @Override
  public Array named(Array x, String path) {
    return to.named(x, path);
  }
}
