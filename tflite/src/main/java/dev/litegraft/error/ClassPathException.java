package dev.litegraft.error;

/**
 * The parts of Litegraft that a program was put together of do not fit each other. The command line
 * exits with 1.
 */
public final class ClassPathException extends LitegraftException {
  private static final long serialVersionUID = 1L;

  /** See {@link LitegraftException}. */
  public ClassPathException(String what, String where, String remedy) {
    super(what, where, remedy);
  }
}
