package dev.litegraft.benchmarks.peers;

/** What answers rows of tokens, or texts. */
interface Engine extends AutoCloseable {
  /** Its name and version. */
  String version();

  /**
   * The numbers that a row of tokens, all of which are attended, gets: those of the model's output.
   *
   * @throws Exception of the engine
   */
  float[] answer(int[] ids) throws Exception;

  /**
   * The vector of a text, its tokens included.
   *
   * @throws Exception of the engine
   */
  default float[] embed(String text) throws Exception {
    throw new UnsupportedOperationException(version() + " reads tokens alone");
  }

  @Override
  void close();
}
