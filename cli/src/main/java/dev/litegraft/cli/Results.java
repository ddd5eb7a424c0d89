package dev.litegraft.cli;

import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, which holds results and nothing else: UTF-8 whatever the locale is, and a
 * failure to write is a failure of the command.
 */
final class Results {
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final Recorder stream;
  private final Writer writer;
  private final boolean terminal;
  private final boolean colour;

  /**
   * @param terminal whether a terminal shows it, which would obey the texts of strangers
   * @param colour whether it may be bold
   */
  Results(OutputStream out, boolean terminal, boolean colour) {
    this.terminal = terminal;
    this.stream = new Recorder(out);
    this.writer = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
    this.colour = colour;
  }

  /**
   * Writes a line, at once: whoever reads along sees it. A terminal gets no control character but
   * the ends of lines and the marks of {@link #bold}; files and pipes get what is there.
   */
  void line(String line) throws IOException {
    writer.write(terminal ? shown(line) : line);
    writer.write('\n');
    writer.flush();
  }

  /** For picocli, which prints help; failures come to light in {@link #finish}. */
  PrintWriter asPrintWriter() {
    return new PrintWriter(writer, true);
  }

  /** Bold, where a terminal shows it. */
  String bold(String text) {
    return colour ? BOLD + text + PLAIN : text;
  }

  private static String shown(String line) {
    StringBuilder shown = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); ) {
      int c = line.codePointAt(i);
      if (line.startsWith(BOLD, i) || line.startsWith(PLAIN, i)) {
        shown.append(line, i, i + BOLD.length());
        i += BOLD.length();
      } else {
        shown.appendCodePoint(c == '\n' || c == '\t' || !Printable.isControl(c) ? c : ' ');
        i += Character.charCount(c);
      }
    }
    return shown.toString();
  }

  /**
   * Writes what is left.
   *
   * @throws IOException if that, or anything before it, failed
   */
  void finish() throws IOException {
    writer.flush();
    IOException failure = stream.failure;
    if (failure != null) {
      throw failure;
    }
  }

  /** Whether the reader went away, as {@code head} does. */
  boolean isReaderGone() {
    IOException failure = stream.failure;
    if (failure == null) {
      return false;
    }
    String message = String.valueOf(failure.getMessage());
    return message.contains("Broken pipe")
        || message.contains("pipe is being closed")
        || message.contains("pipe has been ended");
  }

  /** What went wrong with this stream, if anything did. */
  Optional<Fault> failure() {
    return Optional.ofNullable(stream.failure)
        .map(
            failure ->
                new Fault(
                    "the results cannot be written: " + failure.getMessage(),
                    "standard output",
                    "check where it goes, and the free space there",
                    ExitCode.INPUT));
  }

  private static final class Recorder extends FilterOutputStream {
    private @Nullable IOException failure;

    Recorder(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }
  }
}
