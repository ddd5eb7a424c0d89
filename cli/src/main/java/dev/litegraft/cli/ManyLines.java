package dev.litegraft.cli;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model about all lines of a file, and prints what it says in their order. A line that
 * cannot be answered is told at standard error, and the others are answered all the same.
 */
final class ManyLines<A> {
  /** More faults than these are only counted. */
  private static final int TOLD = 10;

  /** Lines of a pipe that are asked at once, as far as they are there. */
  private static final int AT_ONCE = 1024;

  /** Answers to texts, in their order. */
  interface Ask<A> extends Function<Stream<String>, Stream<Outcome<String, A>>> {}

  /** Prints the answer to a line. */
  interface Printer<A> {
    void print(String text, A answer) throws IOException;
  }

  private final TextLines lines;
  private final Ask<A> ask;
  private final Printer<A> printer;
  private final Results out;
  private final Notes notes;
  private final boolean json;
  private @Nullable InvalidInputException lineFault;
  private long faults;

  ManyLines(
      TextLines lines, Ask<A> ask, Printer<A> printer, Results out, Notes notes, boolean json) {
    this.lines = lines;
    this.ask = ask;
    this.printer = printer;
    this.out = out;
    this.notes = notes;
    this.json = json;
  }

  /**
   * Prints all answers.
   *
   * @param waits whether lines may be a while in coming, so that those that are there are answered
   *     before
   * @return whether every line was answered
   */
  boolean run(boolean waits) throws IOException {
    try {
      if (waits) {
        for (String line = lines.next(); line != null; line = lines.next()) {
          long before = lines.number() - 1L;
          List<String> some = there(line);
          print(some.stream(), before);
          if (lineFault != null) {
            throw lineFault;
          }
        }
      } else {
        print(stream(), 0);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (faults > TOLD) {
      notes.fault(
          new Fault(
              (faults - TOLD) + " more lines could not be answered",
              lines.where(),
              "see those above",
              ExitCode.INPUT));
    }
    return faults == 0;
  }

  private List<String> there(String first) throws IOException {
    List<String> some = new ArrayList<>(List.of(first));
    try {
      while (some.size() < AT_ONCE && lines.ready()) {
        String line = lines.next();
        if (line == null) {
          break;
        }
        some.add(line);
      }
    } catch (InvalidInputException e) {
      lineFault = e; // Those before it are answered first.
    }
    return some;
  }

  private void print(Stream<String> texts, long before) throws IOException {
    try (Stream<Outcome<String, A>> answers = ask.apply(texts)) {
      for (Iterator<Outcome<String, A>> all = answers.iterator(); all.hasNext(); ) {
        Outcome<String, A> one = all.next();
        Optional<A> answer = one.answer();
        if (answer.isPresent()) {
          printer.print(one.text(), answer.get());
        } else {
          tell(one, lines.fault(one.fault().orElseThrow(), before + one.index() + 1));
        }
      }
    }
  }

  private void tell(Outcome<String, A> one, InvalidInputException fault) throws IOException {
    if (++faults <= TOLD) {
      notes.fault(Fault.of(fault));
    }
    if (json) {
      out.line(
          JsonLine.of(
              fields -> {
                fields.writeStringField("text", one.text());
                fields.writeStringField("error", fault.what());
              }));
    }
  }

  private Stream<String> stream() {
    Iterator<String> each =
        new Iterator<>() {
          private @Nullable String next;

          @Override
          public boolean hasNext() {
            try {
              next = next == null ? lines.next() : next;
              return next != null;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }

          @Override
          public String next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            String line = String.valueOf(next);
            next = null;
            return line;
          }
        };
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(each, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }
}
