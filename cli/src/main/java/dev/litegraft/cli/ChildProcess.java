package dev.litegraft.cli;

import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.Shell;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs a command line with {@code --trust} in a process of its own: native code that cannot be
 * checked may end it, loop, or fill the memory, and the user gets an error of three lines. It
 * leaves no core or hs_err file.
 */
final class ChildProcess {
  /** Set in the child, so that it does not make another. */
  private static final String CHILD = "litegraft.child";

  /**
   * Seconds that the child has; {@code LITEGRAFT_TRUST_SECONDS} says otherwise, and {@code
   * LITEGRAFT_TRUST_MEGABYTES} how much memory, which is else three quarters of all.
   */
  private static final long USUAL_SECONDS = 600;

  private static final long LOOK_MILLISECONDS = 20;
  private static final int SIGNALS = 128;
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;
  private static final String REMEDY =
      "make the file again, or ask whoever made it: nothing that it answers can be relied upon";

  private final List<String> args;
  private final long seconds;
  private final long memory;

  private ChildProcess(List<String> args, long seconds, long memory) {
    this.args = args;
    this.seconds = seconds;
    this.memory = memory;
  }

  /** Whether a command line is to run in a child. */
  static boolean wants(List<String> args) {
    return System.getProperty(CHILD) == null
        && args.stream()
            .anyMatch(a -> a.equals(FileOptions.TRUST) || a.startsWith(FileOptions.TRUST + "="));
  }

  /**
   * The child of a command line, with the limits that the environment sets.
   *
   * @throws InvalidRequestException if one of them is no number
   */
  static ChildProcess of(List<String> args) throws IOException {
    long memory = set("LITEGRAFT_TRUST_MEGABYTES").map(n -> n << 20).orElse(allMemory() / 4 * 3);
    return new ChildProcess(args, set("LITEGRAFT_TRUST_SECONDS").orElse(USUAL_SECONDS), memory);
  }

  private static Optional<Long> set(String variable) {
    String said = System.getenv(variable);
    if (said == null || said.isEmpty()) {
      return Optional.empty();
    }
    if (!said.matches("[1-9][0-9]{0,8}")) {
      throw new InvalidRequestException(
          variable + " is \"" + said + "\", and no limit",
          "the environment",
          "a whole number from 1 on, or leave it out");
    }
    return Optional.of(Long.parseLong(said));
  }

  /** Runs it; its exit code, or that of the fault of its death. */
  int run(Notes notes) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command()).inheritIO().start();
    Thread hook = new Thread(process::destroyForcibly, "litegraft-child");
    Runtime.getRuntime().addShutdownHook(hook);
    Optional<String> stopped = watched(process);
    Runtime.getRuntime().removeShutdownHook(hook);
    int code = process.exitValue();
    // Windows gives the exception's number, which is negative.
    boolean died = code < 0 || (code > SIGNALS && code != INTERRUPTED && code != TERMINATED);
    if (stopped.isEmpty() && !died) {
      return code;
    }
    Fault fault =
        new Fault(
            stopped.orElse(
                "the native runtime ended its process on the file: "
                    + (code < 0
                        ? "exception " + Integer.toHexString(code)
                        : "signal " + (code - SIGNALS))),
            args.stream().map(ChildProcess::shown).collect(Collectors.joining(" ")),
            REMEDY,
            ExitCode.INPUT);
    notes.fault(fault);
    return fault.exitCode();
  }

  /** An option as it was typed, which a name that begins with a dash must not look like. */
  private static String shown(String word) {
    return word.matches("--?[a-z][a-z-]*") ? word : Shell.word(word);
  }

  /** Waits; says why it had to be stopped. */
  private Optional<String> watched(Process process) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!process.waitFor(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
      // The most that it had until now, so that no short moment is missed between two looks.
      long used = memory("/proc/" + process.pid() + "/status", "VmHWM:").orElse(0L);
      Optional<String> reason = Optional.empty();
      if (used > memory) {
        reason =
            Optional.of(
                "the native runtime took "
                    + (used >> 20)
                    + " MB, of "
                    + (memory >> 20)
                    + " that it may take");
      } else if (System.nanoTime() > end) {
        reason =
            Optional.of("the native runtime did not end within " + Units.of(seconds, "second"));
      }
      if (reason.isPresent()) {
        process.destroyForcibly().waitFor();
        return reason;
      }
    }
    return Optional.empty();
  }

  /** Of the machine, or of the container that this runs in, which has a limit in bytes. */
  private static long allMemory() throws IOException {
    long all = memory("/proc/meminfo", "MemTotal:").orElse(Long.MAX_VALUE);
    Path limit = Path.of("/sys/fs/cgroup/memory.max");
    String said = Files.isReadable(limit) ? Files.readString(limit).strip() : "max";
    return said.matches("[0-9]{1,18}") ? Math.min(all, Long.parseLong(said)) : all;
  }

  /** Bytes that a file of Linux's tells in kB; empty elsewhere. */
  private static Optional<Long> memory(String file, String name) {
    try {
      for (String line : Files.readAllLines(Path.of(file), StandardCharsets.US_ASCII)) {
        if (line.startsWith(name)) {
          return Optional.of(Long.parseLong(line.replaceAll("[^0-9]", "")) << 10);
        }
      }
    } catch (IOException e) {
      // There is none, or the process is gone.
    }
    return Optional.empty();
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    if (!windows) {
      // Without a message Java aborts, which is told from an exit; the core file is not wanted.
      command.addAll(List.of("sh", "-c", "ulimit -c 0; exec \"$@\"", "sh"));
    }
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-agent") && !option.startsWith("-javaagent")) {
        command.add(option);
      }
    }
    command.addAll(
        List.of(
            "-XX:+SuppressFatalErrorMessage",
            "-D" + CHILD + "=true",
            "-cp",
            System.getProperty("java.class.path", ""),
            Litegraft.class.getName()));
    command.addAll(args);
    return command;
  }
}
