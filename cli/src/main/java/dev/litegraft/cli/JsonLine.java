package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;

/** One JSON object on one line. */
final class JsonLine {
  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private JsonLine() {}

  /** The object with these fields. */
  static String of(Fields fields) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = Json.generator(line)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
    return escapedSurrogates(line.toString());
  }

  /** Writes an array of strings. */
  static void strings(JsonGenerator json, String name, List<String> strings) throws IOException {
    json.writeArrayFieldStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }

  /** UTF-8 has no bytes for half of a surrogate pair; JSON has an escape. */
  private static String escapedSurrogates(String line) {
    StringBuilder escaped = null;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < line.length()
              && Character.isLowSurrogate(line.charAt(i + 1));
      if (Character.isSurrogate(c) && !pair) {
        escaped = escaped == null ? new StringBuilder(line.substring(0, i)) : escaped;
        escaped.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
      } else if (escaped != null) {
        escaped.append(c);
        if (pair) {
          escaped.append(line.charAt(++i));
        }
      } else if (pair) {
        i++;
      }
    }
    return escaped == null ? line : escaped.toString();
  }
}
