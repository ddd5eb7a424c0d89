package dev.litegraft.lab.reference;

import dev.litegraft.layer.Layers;
import dev.litegraft.layer.PartedLayers;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Layers that are computed at once, with the textbook formulas: the reference that a file's answers
 * are compared with.
 *
 * <p>Values are stored as f32, sums are f64. Linear layers and attention use several threads; the
 * results do not depend on how many. Weights are read a few rows at a time, so a model may be
 * larger than the heap.
 *
 * <p>A checkpoint that cannot be read throws {@link UncheckedIOException}, because {@link Layers}
 * knows of no files. Shapes that do not belong together throw {@link IllegalArgumentException}: the
 * family is at fault.
 */
public final class PlainLayers extends PartedLayers<Array> {
  private final Workers workers;
  private final ValueListener listener;
  private final Optional<HeldWeights> held;

  private PlainLayers(Workers workers, ValueListener listener, Optional<HeldWeights> held) {
    this(new PlainEachToken(workers, listener, held), workers, listener, held);
  }

  private PlainLayers(
      PlainEachToken each, Workers workers, ValueListener listener, Optional<HeldWeights> held) {
    super(each, new PlainAcrossTokens(workers), new PlainDistances(each, workers));
    this.workers = workers;
    this.listener = listener;
    this.held = held;
  }

  /** Layers that use up to {@code threads} threads, the caller's among them. */
  public static PlainLayers of(int threads) {
    return new PlainLayers(new Workers(threads), ValueListener.NONE, Optional.empty());
  }

  /**
   * The same layers, which keep what they read of a checkpoint: up to so many bytes of the heap.
   */
  public PlainLayers holding(long bytes) {
    return new PlainLayers(workers, listener, Optional.of(new HeldWeights(bytes)));
  }

  /** The same layers and the same held weights, with up to {@code threads} threads. */
  public PlainLayers with(int threads) {
    return new PlainLayers(new Workers(threads), listener, held);
  }

  /** The same layers, with a listener in the place of the present one. */
  public PlainLayers with(ValueListener listener) {
    return new PlainLayers(workers, listener, held);
  }
}
