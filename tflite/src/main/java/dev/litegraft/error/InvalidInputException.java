package dev.litegraft.error;

/**
 * A file, config, text or value that cannot be used. The command line exits with 3.
 *
 * <p>Who is at fault, where it is known: {@link InvalidCheckpointException}, {@link
 * InvalidFileException} (the {@code .tflite}), {@link InvalidRequestException} (the way it was
 * asked).
 */
public class InvalidInputException extends LitegraftException {
  private static final long serialVersionUID = 1L;

  /** See {@link LitegraftException}. */
  public InvalidInputException(String what, String where, String remedy) {
    super(what, where, remedy);
  }
}
