package dev.litegraft.error;

/** The {@code .tflite} cannot be used: it is damaged, of another kind, or not to be vouched for. */
public final class InvalidFileException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  /** See {@link LitegraftException}. */
  public InvalidFileException(String what, String where, String remedy) {
    super(what, where, remedy);
  }

  /** The same fault, of which is known now whose it is. */
  public static InvalidFileException of(InvalidInputException fault) {
    if (fault instanceof InvalidFileException known) {
      return known;
    }
    InvalidFileException known =
        new InvalidFileException(fault.what(), fault.where(), fault.remedy());
    known.initCause(fault);
    return known;
  }
}
