package dev.litegraft.cli;

import dev.litegraft.error.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns picocli's complaints into the three lines of every fault. */
final class UsageFault {
  private UsageFault() {}

  static Fault of(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String where = command.getCommandSpec().qualifiedName();
    String help = where + " --help";
    if (e instanceof UsageException usage) {
      return new Fault(what(e), where, usage.remedy(), ExitCode.USAGE);
    }
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched, command, where, help);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      List<String> labels = missing.getMissing().stream().map(UsageFault::label).toList();
      return new Fault("missing: " + String.join(", ", labels), where, help, ExitCode.USAGE);
    }
    return new Fault(what(e), where, help, ExitCode.USAGE);
  }

  private static Fault unmatched(
      UnmatchedArgumentException e, CommandLine command, String where, String help) {
    String argument = e.getUnmatched().get(0);
    boolean wantsCommand = !e.isUnknownOption() && !command.getSubcommands().isEmpty();
    String kind =
        e.isUnknownOption()
            ? "unknown option"
            : wantsCommand ? "unknown command" : "one argument too many:";
    Optional<String> near =
        e.isUnknownOption()
            ? Nearest.to(argument, options(command))
            : wantsCommand ? Nearest.to(argument, commands(command)) : Optional.empty();
    return new Fault(
        kind + " \"" + argument + "\"",
        where,
        near.map(n -> n + ", or: ").orElse("") + help,
        ExitCode.USAGE);
  }

  private static String what(ParameterException e) {
    return String.valueOf(e.getMessage());
  }

  private static String label(ArgSpec arg) {
    return arg instanceof OptionSpec option
        ? option.longestName() + " " + arg.paramLabel()
        : arg.paramLabel();
  }

  private static List<String> commands(CommandLine command) {
    return command.getSubcommands().entrySet().stream()
        .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<String> options(CommandLine command) {
    return command.getCommandSpec().options().stream().map(OptionSpec::longestName).toList();
  }
}
