package dev.litegraft.cli;

/** What the command's exit code means. */
final class ExitCode {
  static final int DONE = 0;

  /** A fault of Litegraft's. */
  static final int FAULT = 1;

  /** A wrong option or argument. */
  static final int USAGE = 2;

  /** The input cannot be used, or the output cannot be written. */
  static final int INPUT = 3;

  /** A parity or quality check failed. */
  static final int PARITY = 4;

  /** The native runtime is missing. */
  static final int NATIVE = 5;

  private ExitCode() {}
}
