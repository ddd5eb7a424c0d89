package dev.litegraft.cli;

import dev.litegraft.error.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

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
    // Picocli sees first that something is missing; what was mistyped is the likely reason.
    List<String> unmatched = command.getUnmatchedArguments();
    if (!unmatched.isEmpty()) {
      return unmatched(unmatched.get(0), command, where, help);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      List<String> labels = missing.getMissing().stream().map(UsageFault::label).toList();
      return new Fault("missing: " + String.join(", ", labels), where, help, ExitCode.USAGE);
    }
    if (e.getArgSpec() instanceof OptionSpec option && option.type().isEnum()) {
      String known =
          Arrays.stream(option.type().getEnumConstants())
              .map(value -> value.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
      String what = option.longestName() + " is \"" + e.getValue() + "\"";
      return new Fault(what, where, "one of: " + known, ExitCode.USAGE);
    }
    return new Fault(what(e), where, help, ExitCode.USAGE);
  }

  private static Fault unmatched(String argument, CommandLine command, String where, String help) {
    boolean option = argument.startsWith("-");
    boolean subcommand = !option && !command.getSubcommands().isEmpty();
    Optional<String> near =
        option
            ? Nearest.to(argument, options(command))
            : subcommand ? Nearest.to(argument, commands(command)) : Optional.empty();
    String kind =
        option ? "unknown option" : subcommand ? "unknown command" : "one argument too many:";
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
