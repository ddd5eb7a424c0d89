package dev.litegraft.cli;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.inspection.CheckpointFacts;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands share that ask a .tflite file about texts. */
abstract class TextCommand extends Subcommand {
  /** The columns that a text takes at most. */
  static final int MAX_TEXT_COLUMNS = 60;

  @Parameters(index = "0", paramLabel = "FILE", description = "A .tflite file.")
  private Path model;

  @Parameters(index = "1..*", paramLabel = "TEXT", description = "The texts.")
  private List<String> texts = List.of();

  @Option(
      names = "--file",
      paramLabel = "texts.txt",
      description = "A file of texts, one a line; - for standard input.")
  private @Nullable String file;

  @Option(
      names = "--tokenizer",
      paramLabel = "DIR",
      description = "The checkpoint's folder, for a file without a tokenizer inside.")
  private @Nullable Path tokenizer;

  @Option(
      names = "--plain-text",
      description =
          "Special tokens that are written in a text, as [SEP] or </s>, are text like any other."
              + " Default: they count as such, as in transformers.")
  private boolean plainText;

  @Mixin private FileOptions opening;

  private boolean unanswered;

  /** Does something with the line of a file. */
  interface Line {
    void read(String text) throws IOException;
  }

  @Override
  final int execute() throws IOException {
    if (texts.isEmpty() == (file == null)) {
      String name = spec().name();
      throw usage(
          file == null ? "there is no text to " + name : "there are texts as well as --file",
          "litegraft " + name + " FILE TEXT, or litegraft " + name + " FILE --file texts.txt");
    }
    checkUsage();
    RuntimeOptions options = opening.asking(common(), environment()).withPlainText(plainText);
    if (tokenizer != null) {
      options = options.withTokenizer(tokenizer).withFacts(CheckpointFacts.of(tokenizer));
    }
    RawModel raw = RawModel.openForTexts(model, options);
    raw.notes().forEach(notes()::note);
    answer(raw);
    return unanswered ? ExitCode.INPUT : ExitCode.DONE;
  }

  /** Finds faults in the options before the file is opened. */
  void checkUsage() {}

  /** Answers with this model, and closes it. */
  abstract void answer(RawModel raw) throws IOException;

  /** The texts of the command line; none where they are in a file. */
  final List<String> texts() {
    return texts;
  }

  final boolean fromFile() {
    return file != null;
  }

  /** Reads the texts of the file, one after the other; says at which line something is wrong. */
  final void lines(Line line) throws IOException {
    try (TextLines lines = TextLines.open(String.valueOf(file), in())) {
      for (String text = lines.next(); text != null; text = lines.next()) {
        try {
          line.read(text);
        } catch (InvalidInputException e) {
          throw lines.fault(e);
        }
      }
    }
  }

  /**
   * Asks about all texts of the file at once, and prints the answers in their order; where one
   * cannot be answered, it is told, and the exit code says so.
   */
  final <A> void many(ManyLines.Ask<A> ask, ManyLines.Printer<A> printer) throws IOException {
    String path = String.valueOf(file);
    try (TextLines lines = TextLines.open(path, in())) {
      boolean waits = path.equals(TextLines.STANDARD_INPUT) || !Files.isRegularFile(Path.of(path));
      unanswered |=
          !new ManyLines<>(lines, ask, printer, out(), notes(), common().json()).run(waits);
    }
  }

  /**
   * Reads the texts of the file, or else those of the command line, one after the other. A line of
   * the file that cannot be answered is told, as with {@link #many}.
   */
  final void eachText(Line line) throws IOException {
    if (fromFile()) {
      many(texts -> inTurns(texts, line), (text, done) -> {});
      return;
    }
    for (String text : texts) {
      line.read(text);
    }
  }

  private static Stream<Outcome<String, Boolean>> inTurns(Stream<String> texts, Line line) {
    AtomicLong number = new AtomicLong();
    return texts.map(
        text -> {
          long index = number.getAndIncrement();
          try {
            line.read(text);
            return new Outcome<>(index, text, Optional.of(true), Optional.empty());
          } catch (InvalidInputException e) {
            return new Outcome<>(index, text, Optional.empty(), Optional.of(e));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What is said of a text that the model did not read to its end. */
  static String cut(int tokens) {
    return "cut: " + tokens + " tokens read, the rest left out";
  }
}
