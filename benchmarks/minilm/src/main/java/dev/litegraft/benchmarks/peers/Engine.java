package dev.litegraft.benchmarks.peers;

/** What is measured: it answers rows of tokens, or texts. */
interface Engine extends AutoCloseable {
  /** Its name and version. */
  String version();

  /**
   * The numbers that a command gets.
   *
   * @throws IllegalArgumentException if it is none of this engine's commands
   * @throws Exception of the engine
   */
  double[] obey(String... words) throws Exception;

  @Override
  void close();
}
