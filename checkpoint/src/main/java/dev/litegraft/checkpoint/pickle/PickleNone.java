package dev.litegraft.checkpoint.pickle;

/** Python's None. */
enum PickleNone {
  NONE;

  @Override
  public String toString() {
    return "None";
  }
}
