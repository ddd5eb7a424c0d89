package dev.litegraft.layer;

/**
 * Rotary angles of the tokens.
 *
 * @param cos [b, q, r] with r half of the rotated width
 * @param sin [b, q, r]
 */
public record Rope<T>(T cos, T sin) {
  /** The angles of one picked token: [b, 1, r]. */
  public Rope<T> pick(Layers<T> f, T selection) {
    return new Rope<>(f.pick(selection, cos), f.pick(selection, sin));
  }
}
