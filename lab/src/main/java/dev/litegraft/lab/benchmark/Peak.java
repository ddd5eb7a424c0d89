package dev.litegraft.lab.benchmark;

/**
 * The fastest products of matrices that the runtime's kernels made here, in 10⁹ operations a
 * second; a multiplication and its sum are two.
 *
 * @param threads that made them
 * @param int8 of weights in int8 with numbers that are rounded to int8 on the way
 * @param f32 of floats
 */
public record Peak(int threads, double int8, double f32) {
  private static final double PER_MILLISECOND = 2e-6;

  /** The milliseconds that products take at this peak. */
  double milliseconds(long whole, long floats) {
    return PER_MILLISECOND * (whole / int8 + floats / f32);
  }

  /** A rate, of multiplications in milliseconds. */
  static double rate(long multiplications, double milliseconds) {
    return PER_MILLISECOND * multiplications / milliseconds;
  }
}
