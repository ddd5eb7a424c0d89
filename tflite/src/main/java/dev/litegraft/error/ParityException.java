package dev.litegraft.error;

/**
 * The file does not answer like the checkpoint, or a quality bound is missed. The command line
 * exits with 4.
 */
public final class ParityException extends LitegraftException {
  private static final long serialVersionUID = 1L;

  /** See {@link LitegraftException}. */
  public ParityException(String what, String where, String remedy) {
    super(what, where, remedy);
  }
}
