package dev.litegraft.hub;

import java.io.IOException;
import java.time.Duration;

/** The server asks to be asked again later. */
final class LaterException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final Duration wait;

  /**
   * @param wait how long the server wants; zero if it does not say
   */
  LaterException(int status, Duration wait) {
    super("the server answered " + status);
    this.status = status;
    this.wait = wait;
  }

  int status() {
    return status;
  }

  /** How long the server wants. */
  Duration pause() {
    return wait;
  }
}
