package dev.litegraft.lab.reference;

import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.RawTensorData;
import dev.litegraft.tensor.TensorData;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Weights of linear layers as they are computed with: turned, in f64. For models that are computed
 * many times with few tokens, where reading and turning the weights takes as long as the products.
 */
final class HeldWeights {
  /** Blocks of one matrix, each [input][output of the block]; null where not yet read. */
  private final Map<TensorData, AtomicReferenceArray<double[][]>> matrices =
      new ConcurrentHashMap<>();

  private final AtomicLong free;

  /**
   * @param bytes that may be held; matrices beyond it are read anew each time
   */
  HeldWeights(long bytes) {
    this.free = new AtomicLong(bytes);
  }

  /** A place for the blocks of a layer, to be filled; null where it is not held. */
  @Nullable AtomicReferenceArray<double[][]> blocks(Linear layer, int count) {
    TensorData tensor = layer.weight();
    if (!isTheSameEachTime(tensor)) {
      return null;
    }
    AtomicReferenceArray<double[][]> held = matrices.get(tensor);
    long bytes = 8L * layer.in() * layer.out();
    if (held == null && free.addAndGet(-bytes) < 0) {
      free.addAndGet(bytes);
      return null;
    }
    return held != null
        ? held
        : matrices.computeIfAbsent(tensor, t -> new AtomicReferenceArray<>(count));
  }

  /** Other views are made anew for each pass, and would not be found again. */
  private static boolean isTheSameEachTime(TensorData tensor) {
    TensorData source = tensor instanceof Int8Layers.Rounded rounded ? rounded.source() : tensor;
    return source instanceof RawTensorData || source instanceof LastingTensor;
  }
}
