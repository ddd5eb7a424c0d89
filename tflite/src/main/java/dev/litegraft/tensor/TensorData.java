package dev.litegraft.tensor;

import java.io.IOException;

/**
 * The numbers of one tensor, read slice by slice; no implementation over a file holds the whole
 * tensor.
 *
 * <p>Views ({@link TensorViews}) are cheap and read through to their source, so a fused or
 * transposed weight costs no memory. Implementations are safe to read from several threads at once.
 */
public interface TensorData {
  /**
   * Where the numbers come from, for messages: the tensor's name in the checkpoint, or what made
   * it.
   */
  String name();

  /** The shape; always static. */
  Shape shape();

  /** The stored type of the numbers, before they are read as f32. */
  DType dtype();

  /**
   * Reads {@code count} elements in row-major order, beginning with element {@code from}, as f32.
   *
   * <p>bf16 and f16 are widened exactly; f64 is rounded to nearest even.
   *
   * @param from index of the first element
   * @param out receives the numbers from {@code out[at]} on
   * @param at index of the first number in {@code out}
   * @param count how many
   * @throws IOException if the source cannot be read
   */
  void read(long from, float[] out, int at, int count) throws IOException;
}
