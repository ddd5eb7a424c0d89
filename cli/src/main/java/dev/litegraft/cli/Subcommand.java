package dev.litegraft.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all commands share: the common options, and the streams that they speak through. */
abstract class Subcommand implements Callable<Integer> {
  @ParentCommand private Litegraft litegraft;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Override
  public final Integer call() throws IOException {
    if (common.quiet()) {
      notes().beQuiet();
    }
    if (common.threads() < 1) {
      throw usage("--threads must be 1 or more, not " + common.threads());
    }
    return execute();
  }

  /** Does it; returns the exit code. */
  abstract int execute() throws IOException;

  final CommonOptions common() {
    return common;
  }

  final java.io.InputStream in() {
    return litegraft.in();
  }

  final Results out() {
    return litegraft.out();
  }

  final Notes notes() {
    return litegraft.notes();
  }

  /** A fault of the one who typed the command. */
  final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
