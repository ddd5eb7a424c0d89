package dev.litegraft.error;

/**
 * The native runtime is missing or cannot be loaded on this machine. The command line exits with 5.
 */
public final class NativeRuntimeException extends LitegraftException {
  private static final long serialVersionUID = 1L;

  /** See {@link LitegraftException}. */
  public NativeRuntimeException(String what, String where, String remedy) {
    super(what, where, remedy);
  }
}
