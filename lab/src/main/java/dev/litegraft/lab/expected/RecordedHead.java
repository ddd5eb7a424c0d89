package dev.litegraft.lab.expected;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a recording.
 *
 * @param hfClass the class that gave the answers
 * @param maker the class with the versions of its libraries
 * @param texts how many answers follow; absent in the lines of older scripts
 * @param where the file and the line
 */
record RecordedHead(String hfClass, String maker, OptionalLong texts, String where) {
  /**
   * Reads the line.
   *
   * @throws InvalidInputException if a member is missing, or of another kind
   */
  static RecordedHead of(Map<String, @Nullable Object> row, String where) {
    @Nullable Object count = row.get("texts");
    if (!(row.get("class") instanceof String name)
        || !(row.get("versions") instanceof Map<?, ?> versions)
        || !(count == null || (count instanceof Long n && n >= 0))) {
      throw new InvalidInputException(
          "the line with versions is not the one that the script writes: versions is "
              + Json.show(row.get("versions"))
              + ", class is "
              + Json.show(row.get("class"))
              + ", texts is "
              + Json.show(count),
          where,
          RecordedLines.AGAIN);
    }
    String maker =
        versions.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ", name + (versions.isEmpty() ? "" : " of "), ""));
    OptionalLong texts = count instanceof Long n ? OptionalLong.of(n) : OptionalLong.empty();
    return new RecordedHead(name, maker, texts, where);
  }

  /** A script that ended early, and an end that was cut off, leave fewer answers. */
  void requireAll(int rows) {
    if (texts.isPresent() && texts.getAsLong() != rows) {
      throw new InvalidInputException(
          "there are "
              + rows
              + " answers, where the first line says "
              + texts.getAsLong()
              + (rows < texts.getAsLong() ? ": the recording ended early, or was cut off" : ""),
          where,
          RecordedLines.AGAIN);
    }
  }
}
