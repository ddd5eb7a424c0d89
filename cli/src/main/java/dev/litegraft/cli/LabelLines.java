package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextPair;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a classifier says of texts, a line each: of a table, or of JSON. */
final class LabelLines {
  private static final int LABEL_COLUMNS = 12;
  private static final int MIN_TEXT_COLUMNS = 4;

  private final Results out;
  private final boolean json;
  private final int columns;
  private boolean headed;

  private LabelLines(Results out, boolean json, int columns) {
    this.out = out;
    this.json = json;
    this.columns = columns;
    this.headed = json;
  }

  /** For texts that are not known yet. */
  static LabelLines begin(Results out, boolean json) {
    return new LabelLines(out, json, TextCommand.MAX_TEXT_COLUMNS);
  }

  /** Prints the answers to texts. */
  static void print(Results out, boolean json, List<String> texts, List<Classification> answers)
      throws IOException {
    LabelLines lines = new LabelLines(out, json, columns(texts));
    for (int i = 0; i < texts.size(); i++) {
      lines.print(texts.get(i), Optional.empty(), answers.get(i));
    }
  }

  /** Prints the answers to pairs of texts. */
  static void printPairs(
      Results out, boolean json, List<TextPair> pairs, List<Classification> answers)
      throws IOException {
    List<String> shown =
        pairs.stream().map(p -> shown(p.first(), Optional.of(p.second()))).toList();
    LabelLines lines = new LabelLines(out, json, columns(shown));
    for (int i = 0; i < pairs.size(); i++) {
      TextPair pair = pairs.get(i);
      lines.print(pair.first(), Optional.of(pair.second()), answers.get(i));
    }
  }

  private static int columns(List<String> texts) {
    int widest = texts.stream().mapToInt(Printable::width).max().orElse(0);
    return Math.max(MIN_TEXT_COLUMNS, Math.min(TextCommand.MAX_TEXT_COLUMNS, widest));
  }

  private static String shown(String text, Optional<String> pair) {
    return pair.map(second -> text + " | " + second).orElse(text);
  }

  /** Prints the answer to a text, or to a pair of texts. */
  void print(String text, Optional<String> pair, Classification answer) throws IOException {
    if (json) {
      out.line(JsonLine.of(fields -> write(fields, text, pair, answer)));
      return;
    }
    if (!headed) {
      headed = true;
      String score = answer.isProbability() ? "probability" : "value";
      out.line(out.bold(row("label", score, "text", "ms")));
    }
    String line =
        row(
            label(answer),
            String.format(Locale.ROOT, "%.4f", answer.score()),
            shown(text, pair),
            Units.milliseconds(answer.milliseconds()));
    out.line(answer.truncated() ? line + "  " + TextCommand.cut(answer.tokens()) : line);
  }

  /** Of several labels that are right or not by themselves all that are. */
  private static String label(Classification answer) {
    if (answer.probabilities().size() == 1) {
      return answer.label();
    }
    return answer.labels().isEmpty() ? "(none)" : String.join(", ", answer.labels());
  }

  private String row(String label, String score, String text, String milliseconds) {
    return Printable.padded(Printable.line(label), LABEL_COLUMNS)
        + "  "
        + String.format(Locale.ROOT, "%11s", score)
        + "  "
        + Printable.padded(Printable.line(text, columns), columns)
        + "  "
        + String.format(Locale.ROOT, "%8s", milliseconds);
  }

  private static void write(
      JsonGenerator json, String text, Optional<String> pair, Classification answer)
      throws IOException {
    json.writeStringField("text", text);
    if (pair.isPresent()) {
      json.writeStringField("pair", pair.get());
    }
    json.writeStringField("label", answer.label());
    json.writeNumberField("label_id", answer.labelId());
    json.writeNumberField("score", answer.score());
    json.writeArrayFieldStart("probabilities");
    for (double probability : answer.probabilities()) {
      json.writeNumber(probability);
    }
    json.writeEndArray();
    if (!answer.logits().isEmpty()) {
      json.writeArrayFieldStart("logits");
      for (float logit : answer.logits()) {
        json.writeNumber(logit);
      }
      json.writeEndArray();
    }
    json.writeNumberField("tokens", answer.tokens());
    json.writeBooleanField("truncated", answer.truncated());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }
}
