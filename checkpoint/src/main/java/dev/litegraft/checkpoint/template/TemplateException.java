package dev.litegraft.checkpoint.template;

/** A template has a part that is not known here; the message says which. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String what) {
    super(what);
  }

  /** The part. */
  public String what() {
    return String.valueOf(getMessage());
  }
}
