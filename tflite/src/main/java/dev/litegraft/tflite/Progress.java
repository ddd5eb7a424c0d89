package dev.litegraft.tflite;

/** Told how far the writing of a file is; called on the thread that writes it. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (written, total) -> {};

  /**
   * Some more bytes are in the file.
   *
   * @param written bytes of weights until now
   * @param total bytes of weights that there are
   */
  void written(long written, long total);
}
