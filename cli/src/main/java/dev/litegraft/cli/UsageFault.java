package dev.litegraft.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns picocli's complaints into the three lines of every fault. */
final class UsageFault {
  private UsageFault() {}

  static Fault of(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String remedy = name + " --help";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String argument = unmatched.getUnmatched().get(0);
      boolean option = unmatched.isUnknownOption();
      boolean wantsCommand = !option && command.getParent() == null;
      String kind =
          option ? "unknown option" : wantsCommand ? "unknown command" : "unexpected argument";
      List<String> near =
          option || wantsCommand
              ? Nearest.of(
                  argument, wantsCommand ? commands(command) : options(command.getCommandSpec()))
              : List.of();
      return new Fault(
          kind + " \"" + argument + "\"",
          name,
          near.isEmpty() ? remedy : String.join(" or ", near) + ", or: " + remedy,
          ExitCode.USAGE);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      return new Fault(
          "missing: "
              + String.join(", ", missing.getMissing().stream().map(UsageFault::label).toList()),
          name,
          remedy,
          ExitCode.USAGE);
    }
    return new Fault(String.valueOf(e.getMessage()), name, remedy, ExitCode.USAGE);
  }

  private static String label(CommandLine.Model.ArgSpec arg) {
    return arg instanceof CommandLine.Model.OptionSpec option
        ? option.longestName() + " " + arg.paramLabel()
        : arg.paramLabel();
  }

  private static List<String> commands(CommandLine command) {
    return command.getSubcommands().entrySet().stream()
        .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
        .map(java.util.Map.Entry::getKey)
        .toList();
  }

  private static List<String> options(CommandSpec spec) {
    return spec.options().stream().map(CommandLine.Model.OptionSpec::longestName).toList();
  }
}
