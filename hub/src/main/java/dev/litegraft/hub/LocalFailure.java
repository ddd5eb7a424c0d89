package dev.litegraft.hub;

import java.io.IOException;

/** Something failed on this machine, not on the way: asking again does not help. */
final class LocalFailure extends IOException {
  private static final long serialVersionUID = 1;

  private final IOException failure;

  LocalFailure(IOException failure) {
    super(failure.getMessage(), failure);
    this.failure = failure;
  }

  /** What failed. */
  IOException failure() {
    return failure;
  }
}
