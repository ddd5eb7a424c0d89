package dev.litegraft.tokenizer.error;

/**
 * A tokenizer that cannot be read, or a text that it cannot take: what is wrong, where, and what to
 * try.
 */
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String where;
  private final String remedy;

  /**
   * An error of three parts.
   *
   * @param what what is wrong, with both values
   * @param where the file and the place in it
   * @param remedy what to try
   */
  public TokenizerException(String what, String where, String remedy) {
    super(what + "\n  in: " + where + "\n  try: " + remedy);
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }

  /** What is wrong, with both values. */
  public String what() {
    return what;
  }

  /** The file and the place in it. */
  public String where() {
    return where;
  }

  /** What to try. */
  public String remedy() {
    return remedy;
  }
}
