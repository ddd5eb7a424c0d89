package dev.litegraft.layer;

import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Optional;

/**
 * Layers that are put together of three parts: the one place where every layer is passed on. Who
 * changes a layer overrides that one; who computes a part in another way brings that part.
 *
 * @param <T> a value
 */
public abstract class PartedLayers<T> implements Layers<T> {
  private final EachToken<T> eachToken;
  private final AcrossTokens<T> acrossTokens;
  private final Distances<T> distances;

  /** Layers that pass on to these parts. */
  protected PartedLayers(
      EachToken<T> eachToken, AcrossTokens<T> acrossTokens, Distances<T> distances) {
    this.eachToken = eachToken;
    this.acrossTokens = acrossTokens;
    this.distances = distances;
  }

  @Override
  public T embedding(T index, Embedding table) {
    return eachToken.embedding(index, table);
  }

  @Override
  public T linear(T x, Linear weights) {
    return eachToken.linear(x, weights);
  }

  @Override
  public List<T> linears(T x, List<Linear> weights) {
    return eachToken.linears(x, weights);
  }

  @Override
  public T rmsNorm(T x, RmsNorm norm) {
    return eachToken.rmsNorm(x, norm);
  }

  @Override
  public T layerNorm(T x, LayerNorm norm) {
    return eachToken.layerNorm(x, norm);
  }

  @Override
  public T softmaxOfOwn(T x) {
    return eachToken.softmaxOfOwn(x);
  }

  @Override
  public T largest(T x, int count) {
    return eachToken.largest(x, count);
  }

  @Override
  public T parameter(TensorData numbers) {
    return eachToken.parameter(numbers);
  }

  @Override
  public T activation(T x, Activation function) {
    return eachToken.activation(x, function);
  }

  @Override
  public T add(T a, T b) {
    return eachToken.add(a, b);
  }

  @Override
  public T multiply(T a, T b) {
    return eachToken.multiply(a, b);
  }

  @Override
  public T affine(T x, double factor, double offset) {
    return eachToken.affine(x, factor, offset);
  }

  @Override
  public T splitHeads(T x, int heads) {
    return eachToken.splitHeads(x, heads);
  }

  @Override
  public T mergeHeads(T x) {
    return eachToken.mergeHeads(x);
  }

  @Override
  public T matMul(T a, T b, boolean transposeB) {
    return eachToken.matMul(a, b, transposeB);
  }

  @Override
  public T lookUp(T index, TensorData list) {
    return eachToken.lookUp(index, list);
  }

  @Override
  public T column(T x) {
    return eachToken.column(x);
  }

  @Override
  public T differs(T ids, int id) {
    return eachToken.differs(ids, id);
  }

  @Override
  public T rotate(T x, Rope<T> rope) {
    return eachToken.rotate(x, rope);
  }

  @Override
  public T joined(List<T> parts) {
    return eachToken.joined(parts);
  }

  @Override
  public T leading(T x, int count) {
    return eachToken.leading(x, count);
  }

  @Override
  public T normalize(T x) {
    return eachToken.normalize(x);
  }

  @Override
  public T named(T x, String path) {
    return eachToken.named(x, path);
  }

  @Override
  public T attention(T query, T key, T value, Scores<T> scores) {
    return acrossTokens.attention(query, key, value, scores);
  }

  @Override
  public T softmax(T x) {
    return acrossTokens.softmax(x);
  }

  @Override
  public T masked(T scores, T mask) {
    return acrossTokens.masked(scores, mask);
  }

  @Override
  public T mask(T attended, Span span) {
    return acrossTokens.mask(attended, span);
  }

  @Override
  public T positions(T ids) {
    return acrossTokens.positions(ids);
  }

  @Override
  public T ahead(T x, T positions, int by) {
    return acrossTokens.ahead(x, positions, by);
  }

  @Override
  public T behind(T x, T positions, T first) {
    return acrossTokens.behind(x, positions, first);
  }

  @Override
  public Waves<T> waves(T positions) {
    return acrossTokens.waves(positions);
  }

  @Override
  public T runningSum(T x) {
    return acrossTokens.runningSum(x);
  }

  @Override
  public Rope<T> rope(T positions, RotaryEmbedding embedding) {
    return acrossTokens.rope(positions, embedding);
  }

  @Override
  public T lastWhere(T flags) {
    return acrossTokens.lastWhere(flags);
  }

  @Override
  public T firstToken(T ids) {
    return acrossTokens.firstToken(ids);
  }

  @Override
  public T averaging(T attended) {
    return acrossTokens.averaging(attended);
  }

  @Override
  public T pick(T weights, T x) {
    return acrossTokens.pick(weights, x);
  }

  @Override
  public T spread(T x) {
    return acrossTokens.spread(x);
  }

  @Override
  public T maxOverTokens(T x, T attended) {
    return acrossTokens.maxOverTokens(x, attended);
  }

  @Override
  public int longest(T ids) {
    return distances.longest(ids);
  }

  @Override
  public T relativePositions(T ids) {
    return distances.relativePositions(ids);
  }

  @Override
  public T positionsFrom(T positions, T picked) {
    return distances.positionsFrom(positions, picked);
  }

  @Override
  public T headRows(T index, List<RowTable> tables, int heads) {
    return distances.headRows(index, tables, heads);
  }

  @Override
  public T relativeScores(Optional<T> query, Optional<T> key, T rows) {
    return distances.relativeScores(query, key, rows);
  }

  @Override
  public T relativeScoresOfOne(Optional<T> query, Optional<T> key, T rows) {
    return distances.relativeScoresOfOne(query, key, rows);
  }
}
