package dev.litegraft.error;

/** What was asked cannot be answered: a text, a row of tokens, an option. */
public final class InvalidRequestException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  /** See {@link LitegraftException}. */
  public InvalidRequestException(String what, String where, String remedy) {
    super(what, where, remedy);
  }

  /** The same fault, of which is known now whose it is. */
  public static InvalidRequestException of(InvalidInputException fault) {
    if (fault instanceof InvalidRequestException known) {
      return known;
    }
    InvalidRequestException known =
        new InvalidRequestException(fault.what(), fault.where(), fault.remedy());
    known.initCause(fault);
    return known;
  }
}
