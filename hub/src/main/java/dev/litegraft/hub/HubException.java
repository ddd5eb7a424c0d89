package dev.litegraft.hub;

/** What kept a model from being fetched: what is wrong, where, and what to try. */
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What kind of fault it is, for whoever can do more about it than tell. */
  public enum Reason {
    /** There is no such model, or it is private and the token may not see it. */
    NO_MODEL,
    /** The model has no such branch, tag or commit. */
    NO_REVISION,
    /** The model has no such file, or nothing that can be used. */
    NO_FILE,
    /** Its authors ask for consent first. */
    GATED,
    /** The token is not valid, or may not do it. */
    TOKEN,
    /** The Hub has closed it. */
    DISABLED,
    /** Too many requests were made. */
    RATE_LIMITED,
    /** Nobody answers, or not in time. */
    UNREACHABLE,
    /** The network may not be used, and the cache does not have it. */
    OFFLINE,
    /** What came is not what the listing said. */
    DAMAGED,
    /** The Hub, or a setting, asks for what is not done. */
    REFUSED,
    /** The disk has no room for it. */
    NO_ROOM
  }

  private final Reason reason;
  private final String what;
  private final String where;
  private final String remedy;

  /**
   * An error of three parts.
   *
   * @param what what is wrong, with both values
   * @param where the address, file or variable
   * @param remedy what to try
   */
  public HubException(Reason reason, String what, String where, String remedy) {
    super(what + "\n  in: " + where + "\n  try: " + remedy);
    this.reason = reason;
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }

  /** Its kind. */
  public Reason reason() {
    return reason;
  }

  /** What is wrong, with both values. */
  public String what() {
    return what;
  }

  /** The address, file or variable. */
  public String where() {
    return where;
  }

  /** What to try. */
  public String remedy() {
    return remedy;
  }
}
