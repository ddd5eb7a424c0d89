package dev.litegraft.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** JSON as bytes. */
final class JsonBody {
  private JsonBody() {}

  /** Writes to a generator. */
  interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  /** An object with these members. */
  static byte[] of(Content members) {
    return bytes(
        json -> {
          json.writeStartObject();
          members.write(json);
          json.writeEndObject();
        });
  }

  /** A list of these elements. */
  static byte[] list(Content elements) {
    return bytes(
        json -> {
          json.writeStartArray();
          elements.write(json);
          json.writeEndArray();
        });
  }

  private static byte[] bytes(Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.generator(text)) {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A StringWriter throws none.
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
