package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.runtime.TokenEmbeddings;
import java.io.IOException;

/** The vectors of texts' tokens: how many there are, or all of them in a line of JSON. */
final class TokenVectorLines {
  private final Results out;
  private final boolean json;

  TokenVectorLines(Results out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void print(String text, TokenEmbeddings answer) throws IOException {
    if (json) {
      out.line(JsonLine.of(fields -> write(fields, text, answer)));
      return;
    }
    int dims = answer.vectors().isEmpty() ? 0 : answer.vectors().get(0).length;
    String shown = Printable.line(text, TextCommand.MAX_TEXT_COLUMNS);
    String line = answer.vectors().size() + " vectors of " + dims + " numbers: " + shown;
    out.line(answer.truncated() ? line + "  " + TextCommand.cut(answer.tokens()) : line);
  }

  private static void write(JsonGenerator json, String text, TokenEmbeddings answer)
      throws IOException {
    json.writeStringField("text", text);
    json.writeArrayFieldStart("token_embeddings");
    for (float[] vector : answer.vectors()) {
      json.writeStartArray();
      for (float number : vector) {
        json.writeNumber(number);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeNumberField("tokens", answer.tokens());
    json.writeBooleanField("truncated", answer.truncated());
    json.writeNumberField("milliseconds", answer.milliseconds());
  }
}
