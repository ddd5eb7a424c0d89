package dev.litegraft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Standard error: faults always; others not if quiet, and usual notes and progress only on a
 * terminal.
 */
final class Notes {
  private final PrintStream err;
  private final Terminal terminal;
  private boolean quiet;

  Notes(OutputStream err, Terminal terminal) {
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.terminal = terminal;
  }

  /** Says nothing from now on but faults. */
  void beQuiet() {
    quiet = true;
  }

  /** Says something that is good to know. */
  void note(String text) {
    if (isHeard()) {
      err.println(dim("note: " + Printable.line(text)));
    }
  }

  /** Says what a result lacks that was asked for, on a terminal or not. */
  void lack(String text) {
    if (!quiet) {
      err.println(dim("note: " + Printable.line(text)));
    }
  }

  /** What somebody at a terminal answers to a question; empty where there is no terminal. */
  Optional<String> answer(String question, InputStream in) throws IOException {
    if (!terminal.err()) {
      return Optional.empty();
    }
    err.print(Printable.line(question));
    err.flush();
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return Optional.of(line.toString());
  }

  /** A bar for work that may take longer than a second. */
  ProgressBar progress(String what) {
    return progress(what, "");
  }

  /** The same, with how many of {@code unit} are done in a second. */
  ProgressBar progress(String what, String unit) {
    return new ProgressBar(err, what, unit, isHeard());
  }

  /** Tells a fault in three lines. */
  void fault(Fault fault) {
    err.println(red("error: ") + fault.what());
    err.println("where: " + fault.where());
    err.println("try:   " + fault.remedy());
  }

  /** The trace of a failure, whose messages may hold names of strangers. */
  void trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    trace.toString().lines().map(Notes::shown).forEach(err::println);
  }

  private static String shown(String line) {
    return (line.startsWith("\t") ? "\t" : "") + Printable.line(line).strip();
  }

  private boolean isHeard() {
    return terminal.err() && !quiet;
  }

  private String red(String text) {
    return terminal.err() && terminal.colour() ? "\u001b[31m" + text + "\u001b[0m" : text;
  }

  private String dim(String text) {
    return terminal.colour() ? "\u001b[2m" + text + "\u001b[0m" : text;
  }
}
