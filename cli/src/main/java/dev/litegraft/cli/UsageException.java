package dev.litegraft.cli;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A wrong argument that picocli cannot know to be wrong, with what to try. */
final class UsageException extends ParameterException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  UsageException(CommandLine command, String what, String remedy) {
    super(command, what);
    this.remedy = remedy;
  }

  /** What to try. */
  String remedy() {
    return remedy;
  }
}
