package dev.litegraft.lab.reference;

import dev.litegraft.layer.AcrossTokens;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Scores;
import dev.litegraft.layer.Span;
import dev.litegraft.layer.Waves;

/** {@link AcrossTokens}, computed at once: each row is one text. */
final class PlainAcrossTokens implements AcrossTokens<Array> {
  private final Workers workers;

  PlainAcrossTokens(Workers workers) {
    this.workers = workers;
  }

  @Override
  public Array softmax(Array x) {
    return Rows.softmax(x, workers);
  }

  @Override
  public Array attention(Array query, Array key, Array value, Scores<Array> scores) {
    return Attention.apply(query, key, value, scores, workers);
  }

  @Override
  public Array positions(Array ids) {
    return Tokens.positions(ids);
  }

  @Override
  public Array ahead(Array x, Array positions, int by) {
    return Tokens.ahead(x, by);
  }

  @Override
  public Array behind(Array x, Array positions, Array first) {
    return Tokens.behind(x, first);
  }

  @Override
  public Waves<Array> waves(Array positions) {
    return Tokens.waves(positions);
  }

  @Override
  public Array runningSum(Array x) {
    return Tokens.runningSum(x);
  }

  @Override
  public Rope<Array> rope(Array positions, RotaryEmbedding embedding) {
    return Rotary.angles(positions, embedding);
  }

  @Override
  public Array mask(Array attended, Span span) {
    return Tokens.mask(attended, span);
  }

  /** A hidden key's bias is so large that the score drowns in it. */
  @Override
  public Array masked(Array scores, Array mask) {
    return Elementwise.combine(scores, mask, Float::sum);
  }

  @Override
  public Array lastWhere(Array flags) {
    return Tokens.lastWhere(flags);
  }

  @Override
  public Array firstToken(Array ids) {
    return Tokens.first(ids);
  }

  @Override
  public Array averaging(Array attended) {
    return Tokens.averaging(attended);
  }

  @Override
  public Array pick(Array weights, Array x) {
    // What was picked before stays; one token alone may count for nothing.
    return x.dim(-2) == 1 && weights.dim(-1) != 1 ? x : Tokens.pick(weights, x);
  }

  @Override
  public Array spread(Array x) {
    return x;
  }

  @Override
  public Array maxOverTokens(Array x, Array attended) {
    return Tokens.largest(x, attended);
  }
}
