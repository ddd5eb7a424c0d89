package dev.litegraft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all commands share: the common options, and the streams that they speak through. */
abstract class Subcommand implements Callable<Integer> {
  private static final int MAX_THREADS = 256;

  @ParentCommand private Litegraft litegraft;
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Override
  public final Integer call() throws IOException {
    if (common.quiet()) {
      notes().beQuiet();
    }
    int threads = common.threads();
    if (threads < 1 || threads > MAX_THREADS) {
      throw usage("--threads is " + threads, "a number from 1 to " + MAX_THREADS);
    }
    return execute();
  }

  /** Does it; returns the exit code. */
  abstract int execute() throws IOException;

  final CommonOptions common() {
    return common;
  }

  final InputStream in() {
    return litegraft.in();
  }

  final Results out() {
    return litegraft.out();
  }

  final Notes notes() {
    return litegraft.notes();
  }

  final Map<String, String> environment() {
    return litegraft.environment();
  }

  final CommandSpec spec() {
    return spec;
  }

  /** A fault of the one who typed the command. */
  final UsageException usage(String what, String remedy) {
    return new UsageException(spec.commandLine(), what, remedy);
  }
}
