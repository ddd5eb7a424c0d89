package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.ZeroShotClassification;
import java.io.IOException;
import java.util.Locale;

/** The scores of labels that were named on the command line: a table a text, or a line of JSON. */
final class ZeroShotLines {
  private final Results out;
  private final boolean json;
  private boolean begun;

  ZeroShotLines(Results out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** Prints the labels of a text, the most probable first. */
  void print(String text, ZeroShotClassification answer) throws IOException {
    if (json) {
      out.line(JsonLine.of(fields -> write(fields, text, answer)));
      return;
    }
    if (begun) {
      out.line("");
    }
    begun = true;
    out.line(out.bold(Printable.line(text, TextCommand.MAX_TEXT_COLUMNS)));
    Table table = new Table("label", "probability");
    for (int i = 0; i < answer.labels().size(); i++) {
      table.row(answer.labels().get(i), String.format(Locale.ROOT, "%.4f", answer.scores().get(i)));
    }
    table.print(out);
    if (answer.truncated()) {
      out.line(TextCommand.cut(answer.tokens()));
    }
  }

  private static void write(JsonGenerator json, String text, ZeroShotClassification answer)
      throws IOException {
    json.writeStringField("text", text);
    json.writeStringField("label", answer.label());
    json.writeNumberField("score", answer.score());
    JsonLine.strings(json, "labels", answer.labels());
    json.writeArrayFieldStart("scores");
    for (double score : answer.scores()) {
      json.writeNumber(score);
    }
    json.writeEndArray();
    json.writeNumberField("tokens", answer.tokens());
    json.writeBooleanField("truncated", answer.truncated());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }
}
