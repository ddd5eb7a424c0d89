package dev.litegraft.benchmarks;

/** An encoder: what all of them have of their size. */
interface SyntheticEncoder extends SyntheticModel {
  /** Its width, layers and heads. */
  EncoderSize size();

  @Override
  default int vocabulary() {
    return size().vocabulary();
  }

  @Override
  default long multiplications(int tokens) {
    return size().multiplications(tokens);
  }

  @Override
  default long products(int tokens) {
    return size().products(tokens);
  }
}
