package dev.litegraft.cli;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.RawModel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code litegraft} command: the list of what it can do, and how a run of it ends. */
@Command(
    name = "litegraft",
    description =
        "Turns a fine-tuned Hugging Face text model into a LiteRT file that gives the same"
            + " answers.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 a fault of Litegraft's, 2 usage, 3 the input cannot be used,",
      "4 a parity or quality check failed, 5 the native runtime is missing."
    })
public final class Litegraft implements Runnable {
  static final String DEBUG = "--debug";

  private static final List<Class<?>> COMMANDS =
      List.of(
          ConvertCommand.class,
          ClassifyCommand.class,
          EmbedCommand.class,
          RerankCommand.class,
          AnswerCommand.class,
          RedactCommand.class,
          RunCommand.class,
          InspectCommand.class,
          VerifyCommand.class,
          DiagnoseCommand.class,
          EvaluateCommand.class,
          TuneCommand.class,
          BenchCommand.class,
          WebCommand.class,
          ServeCommand.class,
          ExpectCommand.class,
          DemoCommand.class,
          FamiliesCommand.class,
          ModelsCommand.class,
          CompletionCommand.class);

  /** Commands that open a file at once. */
  private static final Set<String> ASKING =
      Set.of("classify", "embed", "rerank", "answer", "redact", "run");

  private final InputStream in;
  private final Results out;
  private final Notes notes;
  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  private Litegraft(InputStream in, Results out, Notes notes, Map<String, String> environment) {
    this.environment = environment;
    this.in = in;
    this.out = out;
    this.notes = notes;
  }

  /** Runs the command line and ends the virtual machine with its exit code. */
  public static void main(String[] args) throws IOException, InterruptedException {
    logNothing();
    if (ChildProcess.wants(List.of(args))) {
      Notes notes = new Notes(new FileOutputStream(FileDescriptor.err), Terminal.detect());
      try {
        System.exit(ChildProcess.of(List.of(args)).run(notes));
      } catch (InvalidRequestException e) {
        notes.fault(new Fault(e.what(), e.where(), e.remedy(), ExitCode.USAGE));
        System.exit(ExitCode.USAGE);
      }
    }
    if (args.length > 1 && ASKING.contains(args[0])) {
      RawModel.prepare(); // While the options are read, which takes as long.
    }
    int exitCode =
        run(
            List.of(args),
            System.in,
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Terminal.detect());
    ClassData.keep();
    System.exit(exitCode);
  }

  /**
   * Names the provider of SLF4J that logs nothing. The jar with everything does not offer it by
   * itself: in another program it would be a second one beside that program's own.
   */
  static void logNothing() {
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.provider", "org.slf4j.nop.NOPServiceProvider");
      System.setProperty("slf4j.internal.verbosity", "WARN");
    }
  }

  /** Runs a command line on these streams, none of them a terminal, and returns its exit code. */
  public static int run(
      List<String> args, InputStream in, OutputStream stdout, OutputStream stderr) {
    return run(args, in, stdout, stderr, Terminal.NONE);
  }

  /** Runs a command line on these streams and returns its exit code. */
  static int run(
      List<String> args,
      InputStream in,
      OutputStream stdout,
      OutputStream stderr,
      Terminal terminal) {
    return run(args, in, stdout, stderr, terminal, System.getenv());
  }

  /** The same with these variables of the environment, which say where the Hub is. */
  static int run(
      List<String> args,
      InputStream in,
      OutputStream stdout,
      OutputStream stderr,
      Terminal terminal,
      Map<String, String> environment) {
    Results out = new Results(stdout, terminal.out(), terminal.out() && terminal.colour());
    Notes notes = new Notes(stderr, terminal);
    boolean debug = args.contains(DEBUG);
    try {
      int exitCode =
          commandLine(new Litegraft(in, out, notes, environment), args)
              .setOut(out.asPrintWriter())
              .setColorScheme(
                  CommandLine.Help.defaultColorScheme(
                      terminal.out() && terminal.colour() ? Ansi.ON : Ansi.OFF))
              .setUsageHelpWidth(100)
              .setExpandAtFiles(false)
              .setCaseInsensitiveEnumValuesAllowed(true)
              .setParameterExceptionHandler((e, a) -> end(UsageFault.of(e), e, debug, notes))
              .setExecutionExceptionHandler((e, c, parsed) -> end(e, debug, out, notes))
              .execute(args.toArray(String[]::new));
      if (exitCode == ExitCode.DONE) {
        out.finish();
      }
      return exitCode;
    } catch (IOException | Error | RuntimeException e) {
      return end(e, debug, out, notes);
    }
  }

  /**
   * Reading what all commands take costs a tenth of a second: the one that is asked for is enough.
   */
  private static CommandLine commandLine(Litegraft litegraft, List<String> args) {
    CommandLine line = new CommandLine(litegraft);
    List<Class<?>> asked = args.isEmpty() ? List.of() : named(args.get(0));
    (asked.isEmpty() ? COMMANDS : asked).forEach(line::addSubcommand);
    return line;
  }

  /** The command of a name; none if there is none, or if it tells of the others. */
  private static List<Class<?>> named(String name) {
    return COMMANDS.stream()
        .filter(c -> c != CompletionCommand.class)
        .filter(c -> c.getSimpleName().toLowerCase(Locale.ROOT).equals(name + "command"))
        .toList();
  }

  private static int end(Throwable failure, boolean debug, Results out, Notes notes) {
    if (out.isReaderGone()) {
      return ExitCode.DONE;
    }
    return end(out.failure().orElseGet(() -> Fault.of(failure)), failure, debug, notes);
  }

  private static int end(Fault fault, Throwable failure, boolean debug, Notes notes) {
    notes.fault(fault);
    if (debug) {
      notes.trace(failure);
    }
    return fault.exitCode();
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Standard input. */
  InputStream in() {
    return in;
  }

  /** Standard output. */
  Results out() {
    return out;
  }

  /** The variables of the environment. */
  Map<String, String> environment() {
    return environment;
  }

  /** Standard error. */
  Notes notes() {
    return notes;
  }
}
