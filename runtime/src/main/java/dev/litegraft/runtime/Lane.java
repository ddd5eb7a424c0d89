package dev.litegraft.runtime;

import java.util.List;
import java.util.function.Consumer;

/** A way of rows through a model: one or several interpreters that are lent. */
interface Lane {
  /** Computes outputs, as {@link Kernels#run} does. */
  interface Runner {
    RawModel.Timed<List<RawOutput>> run(TextSignature signature, FilledRow row);
  }

  /** How many may work at the same time. */
  int size();

  /** Whether several texts are answered together here. */
  TogetherChoice together();

  /**
   * Lends an interpreter for some rows, after those that came before.
   *
   * @throws IllegalStateException if the model is closed
   */
  void borrow(Consumer<Runner> work);
}
