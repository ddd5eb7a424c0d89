package dev.litegraft.lab.data;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object a line. */
final class JsonRows implements RowReader {
  private final LineReader lines;

  JsonRows(Path file) throws IOException {
    this.lines = LineReader.ofRows(file);
  }

  @Override
  public @Nullable DataRow next() throws IOException {
    String line = lines.nextOfRows();
    if (line == null) {
      return null;
    }
    String where = lines.where();
    if (line.isBlank()) {
      if (lines.nextOfRows() == null) {
        return null; // an empty line at the end
      }
      throw new InvalidInputException("the row is empty", where, "leave it out");
    }
    if (line.stripLeading().startsWith("[")) {
      throw new InvalidInputException(
          "the file is a JSON list, where each line is an object of its own",
          where,
          "write one object a line: jq -c '.[]' FILE");
    }
    Map<String, @Nullable Object> values = Json.parse(line, where);
    return new DataRow(where, values);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
