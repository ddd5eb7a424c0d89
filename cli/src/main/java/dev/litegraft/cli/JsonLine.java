package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/** One JSON object on one line. */
final class JsonLine {
  /** Writes the fields of an object. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static final int DELETE = 0x7F;
  private static final int ROOM = 32;

  private JsonLine() {}

  /** The object with these fields. */
  static String of(Fields fields) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = Json.generator(line)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }
    return escaped(line.toString());
  }

  /** Writes an array of strings. */
  static void strings(JsonGenerator json, String name, List<String> strings) throws IOException {
    json.writeArrayFieldStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }

  /**
   * What JSON allows in a text and a terminal obeys, or shows otherwise than it is, is escaped: the
   * controls behind ASCII, and those of lines and directions. So is half of a surrogate pair, for
   * which UTF-8 has no bytes. Outside of texts, JSON has none of these.
   */
  private static String escaped(String line) {
    if (line.chars().allMatch(c -> c < DELETE)) {
      return line;
    }
    StringBuilder escaped = new StringBuilder(line.length() + ROOM);
    line.codePoints()
        .forEach(
            c -> {
              if (Printable.isControl(c) || Character.getType(c) == Character.SURROGATE) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}
