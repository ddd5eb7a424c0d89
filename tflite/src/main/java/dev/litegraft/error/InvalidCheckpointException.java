package dev.litegraft.error;

/** The checkpoint, or an adapter or tokenizer of it, cannot be used. */
public final class InvalidCheckpointException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  /** See {@link LitegraftException}. */
  public InvalidCheckpointException(String what, String where, String remedy) {
    super(what, where, remedy);
  }

  /** The same fault, of which is known now whose it is. */
  public static InvalidCheckpointException of(InvalidInputException fault) {
    if (fault instanceof InvalidCheckpointException known) {
      return known;
    }
    InvalidCheckpointException known =
        new InvalidCheckpointException(fault.what(), fault.where(), fault.remedy());
    known.initCause(fault);
    return known;
  }
}
