package dev.litegraft.checkpoint.pickle;

/**
 * What Python would make by calling something: the call itself, which is not made.
 *
 * <p>Compared by identity: what it holds may hold it.
 */
final class PickleCall {
  private final PickleName name;
  private final PickleTuple arguments;
  private Object state = PickleNone.NONE;

  PickleCall(PickleName name, PickleTuple arguments) {
    this.name = name;
    this.arguments = arguments;
  }

  /** What would be called. */
  PickleName name() {
    return name;
  }

  PickleTuple arguments() {
    return arguments;
  }

  /** What would be set afterwards; None without any. */
  Object state() {
    return state;
  }

  void set(Object newState) {
    state = newState;
  }
}
