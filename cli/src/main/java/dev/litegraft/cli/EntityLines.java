package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.Entity;
import dev.litegraft.runtime.TokenClassification;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The labelled spans of texts: a table a text, or a line of JSON. */
final class EntityLines {
  private final Results out;
  private final boolean json;
  private final boolean named;

  /**
   * For one text or several.
   *
   * @param named whether each table stands below its text
   */
  EntityLines(Results out, boolean json, boolean named) {
    this.out = out;
    this.json = json;
    this.named = named;
  }

  /** Prints the spans of a text. */
  void print(String text, TokenClassification answer) throws IOException {
    if (json) {
      out.line(JsonLine.of(fields -> write(fields, text, answer)));
      return;
    }
    if (named) {
      out.line(out.bold(Printable.line(text, TextCommand.MAX_TEXT_COLUMNS)));
    }
    if (answer.entities().isEmpty()) {
      out.line("nothing is labelled");
    } else {
      Table table = new Table("label", "score", "span", "start", "end");
      for (Entity entity : answer.entities()) {
        table.row(
            entity.label(),
            String.format(Locale.ROOT, "%.4f", entity.score()),
            Printable.line(entity.text(), TextCommand.MAX_TEXT_COLUMNS),
            Integer.toString(entity.start()),
            Integer.toString(entity.end()));
      }
      table.print(out);
    }
    if (answer.truncated()) {
      out.line(TextCommand.cut(answer.tokens()));
    }
    if (named) {
      out.line("");
    }
  }

  private static void write(JsonGenerator json, String text, TokenClassification answer)
      throws IOException {
    json.writeStringField("text", text);
    entities(json, answer.entities());
    json.writeNumberField("tokens", answer.tokens());
    json.writeBooleanField("truncated", answer.truncated());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }

  /** The spans as an array of objects. */
  static void entities(JsonGenerator json, List<Entity> entities) throws IOException {
    json.writeArrayFieldStart("entities");
    for (Entity entity : entities) {
      json.writeStartObject();
      json.writeStringField("label", entity.label());
      json.writeNumberField("score", entity.score());
      json.writeNumberField("start", entity.start());
      json.writeNumberField("end", entity.end());
      json.writeStringField("text", entity.text());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
