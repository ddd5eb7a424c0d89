package dev.litegraft.operator;

/**
 * That an operator is not one that the table vouches for. Whoever asked says where, in an exception
 * of his own.
 */
public final class OperatorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A sentence without its subject, which is the operator. */
  public OperatorException(String what) {
    super(what);
  }

  /** The sentence. */
  public String what() {
    return String.valueOf(getMessage());
  }
}
