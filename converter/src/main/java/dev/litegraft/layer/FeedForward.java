package dev.litegraft.layer;

/** The part of a layer that takes every token alone. */
public interface FeedForward {
  /** x: [b, q, d] to [b, q, d]. */
  <T> T apply(Layers<T> f, T x);
}
