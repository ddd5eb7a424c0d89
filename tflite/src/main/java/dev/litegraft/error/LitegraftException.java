package dev.litegraft.error;

/**
 * A fault that Litegraft can explain: what is wrong (with both values), where (file, tensor, byte),
 * and what to try.
 *
 * <p>The one unchecked family of this project. {@link java.io.IOException} is never wrapped in it.
 */
public abstract class LitegraftException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String where;
  private final String remedy;

  /**
   * @param what what is wrong, with the value found and the value expected
   * @param where the file, tensor, byte or option
   * @param remedy what the user can try
   */
  protected LitegraftException(String what, String where, String remedy) {
    super(what + "\n  where: " + where + "\n  try:   " + remedy);
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }

  /** What is wrong, with both values. */
  public String what() {
    return what;
  }

  /** The file, tensor, byte or option at fault. */
  public String where() {
    return where;
  }

  /** What to try. */
  public String remedy() {
    return remedy;
  }
}
