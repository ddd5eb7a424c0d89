package dev.litegraft.layer;

/**
 * The few layers that models are made of. A family writes its forward pass once against this; what
 * a {@code T} is decides what the pass means: a value of the edge graph, or an array that is
 * computed at once.
 *
 * <p>Numbers are f32 but for {@link Inputs#ids} and {@link Inputs#tokenTypes}. Letters of shapes: b
 * batch, t tokens, d model width, h query heads, k key/value heads, e head width, v vocabulary; q
 * is t, or 1 where one token was {@link #pick picked}.
 *
 * @param <T> a value
 */
public interface Layers<T> extends EachToken<T>, AcrossTokens<T>, Distances<T> {}
