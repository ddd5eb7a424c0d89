package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.Options;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies texts with a .tflite file. */
@Command(name = "classify", description = "Classify texts with a .tflite file.")
final class ClassifyCommand extends Subcommand {
  private static final int LABEL_COLUMNS = 12;
  private static final int MAX_TEXT_COLUMNS = 60;

  @Parameters(index = "0", paramLabel = "FILE", description = "A .tflite file of a classifier.")
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

  @Override
  int execute() throws IOException {
    if (texts.isEmpty() == (file == null)) {
      throw usage(
          file == null ? "there is no text to classify" : "there are texts as well as --file",
          "litegraft classify FILE TEXT, or litegraft classify FILE --file texts.txt");
    }
    Options options = Options.defaults().threads(common().threads());
    try (TextClassifier classifier =
        TextClassifier.open(model, tokenizer == null ? options : options.tokenizer(tokenizer))) {
      classifier.model().notes().forEach(notes()::note);
      if (file == null) {
        classifyTexts(classifier);
      } else {
        classifyLines(classifier, file);
      }
    }
    return ExitCode.DONE;
  }

  private void classifyTexts(TextClassifier classifier) throws IOException {
    int widest = texts.stream().mapToInt(Printable::width).max().orElse(0);
    int columns = Math.max(4, Math.min(MAX_TEXT_COLUMNS, widest));
    List<Classification> answers = classifier.classify(texts);
    head(columns);
    for (int i = 0; i < texts.size(); i++) {
      print(texts.get(i), answers.get(i), columns);
    }
  }

  private void classifyLines(TextClassifier classifier, String path) throws IOException {
    try (TextLines lines = TextLines.open(path, in())) {
      head(MAX_TEXT_COLUMNS);
      for (String text = lines.next(); text != null; text = lines.next()) {
        try {
          print(text, classifier.classify(text), MAX_TEXT_COLUMNS);
        } catch (InvalidInputException e) {
          throw lines.fault(e);
        }
      }
    }
  }

  private void head(int columns) throws IOException {
    if (!common().json()) {
      out().line(out().bold(row("label", "probability", "text", "ms", columns)));
    }
  }

  private void print(String text, Classification answer, int columns) throws IOException {
    if (common().json()) {
      out().line(JsonLine.of(json -> write(json, text, answer)));
      return;
    }
    String line =
        row(
            answer.label(),
            String.format(Locale.ROOT, "%.4f", answer.score()),
            text,
            Units.milliseconds(answer.milliseconds()),
            columns);
    out()
        .line(
            answer.truncated()
                ? line + "  cut: " + answer.tokens() + " tokens read, " + answer.cut() + " left out"
                : line);
  }

  private static String row(
      String label, String probability, String text, String milliseconds, int columns) {
    return Printable.padded(Printable.line(label), LABEL_COLUMNS)
        + "  "
        + String.format(Locale.ROOT, "%11s", probability)
        + "  "
        + Printable.padded(Printable.line(text, columns), columns)
        + "  "
        + String.format(Locale.ROOT, "%8s", milliseconds);
  }

  private static void write(JsonGenerator json, String text, Classification answer)
      throws IOException {
    json.writeStringField("text", text);
    json.writeStringField("label", answer.label());
    json.writeNumberField("label_id", answer.labelId());
    json.writeNumberField("score", answer.score());
    json.writeArrayFieldStart("probabilities");
    for (double probability : answer.probabilities()) {
      json.writeNumber(probability);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("logits");
    for (float logit : answer.logits()) {
      json.writeNumber(logit);
    }
    json.writeEndArray();
    json.writeNumberField("tokens", answer.tokens());
    json.writeBooleanField("truncated", answer.truncated());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }
}
