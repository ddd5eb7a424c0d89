package dev.litegraft.lab.diagnosis;

import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Optional;

/** Passes every call on: the base of layers that are wired differently in one place. */
class ForwardingLayers<T> implements Layers<T> {
  private final Layers<T> to;

  ForwardingLayers(Layers<T> to) {
    this.to = to;
  }

  @Override
  public T embedding(T index, Embedding table) {
    return to.embedding(index, table);
  }

  @Override
  public T linear(T x, Linear weights) {
    return to.linear(x, weights);
  }

  /** One by one, so that a change of {@link #linear} sees each of them. */
  @Override
  public List<T> linears(T x, List<Linear> weights) {
    return weights.stream().map(w -> linear(x, w)).toList();
  }

  @Override
  public T rmsNorm(T x, RmsNorm norm) {
    return to.rmsNorm(x, norm);
  }

  @Override
  public T layerNorm(T x, LayerNorm norm) {
    return to.layerNorm(x, norm);
  }

  @Override
  public T activation(T x, Activation function) {
    return to.activation(x, function);
  }

  @Override
  public T add(T a, T b) {
    return to.add(a, b);
  }

  @Override
  public T multiply(T a, T b) {
    return to.multiply(a, b);
  }

  @Override
  public T affine(T x, double factor, double offset) {
    return to.affine(x, factor, offset);
  }

  @Override
  public T splitHeads(T x, int heads) {
    return to.splitHeads(x, heads);
  }

  @Override
  public T mergeHeads(T x) {
    return to.mergeHeads(x);
  }

  @Override
  public T matMul(T a, T b, boolean transposeB) {
    return to.matMul(a, b, transposeB);
  }

  @Override
  public T softmax(T x) {
    return to.softmax(x);
  }

  @Override
  public T attention(T query, T key, T value, T mask, double scale, double softCap) {
    return to.attention(query, key, value, mask, scale, softCap);
  }

  @Override
  public T positions(T ids) {
    return to.positions(ids);
  }

  @Override
  public T relativePositions(T ids) {
    return to.relativePositions(ids);
  }

  @Override
  public T relativeScores(T query, T key, Optional<T> positionKey, Optional<T> positionQuery) {
    return to.relativeScores(query, key, positionKey, positionQuery);
  }

  @Override
  public T column(T x) {
    return to.column(x);
  }

  @Override
  public T differs(T ids, int id) {
    return to.differs(ids, id);
  }

  @Override
  public T runningSum(T x) {
    return to.runningSum(x);
  }

  @Override
  public Rope<T> rope(T positions, RotaryEmbedding embedding) {
    return to.rope(positions, embedding);
  }

  @Override
  public T rotate(T x, Rope<T> rope) {
    return to.rotate(x, rope);
  }

  @Override
  public T mask(T attended, Span span) {
    return to.mask(attended, span);
  }

  @Override
  public T masked(T scores, T mask) {
    return to.masked(scores, mask);
  }

  @Override
  public T lastWhere(T flags) {
    return to.lastWhere(flags);
  }

  @Override
  public T firstToken(T ids) {
    return to.firstToken(ids);
  }

  @Override
  public T averaging(T attended) {
    return to.averaging(attended);
  }

  @Override
  public T pick(T weights, T x) {
    return to.pick(weights, x);
  }

  @Override
  public T maxOverTokens(T x, T attended) {
    return to.maxOverTokens(x, attended);
  }

  @Override
  public T normalize(T x) {
    return to.normalize(x);
  }

  @Override
  public T named(T x, String path) {
    return to.named(x, path);
  }
}
