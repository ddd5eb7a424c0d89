package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON of a checkpoint's folder, whose faults are the checkpoint's. */
public final class CheckpointJson {
  private interface Reading<T> {
    T read() throws IOException;
  }

  private CheckpointJson() {}

  /** {@link Json#read}. */
  public static Map<String, @Nullable Object> read(Path file, long maxBytes) throws IOException {
    return blamed(() -> Json.read(file, maxBytes));
  }

  /** {@link Json#readList}. */
  public static List<Map<String, @Nullable Object>> readList(Path file, long maxBytes)
      throws IOException {
    return blamed(() -> Json.readList(file, maxBytes));
  }

  /** {@link Json#parse(String, String)}. */
  static Map<String, @Nullable Object> parse(String json, String where) {
    try {
      return Json.parse(json, where);
    } catch (InvalidInputException e) {
      throw InvalidCheckpointException.of(e);
    }
  }

  private static <T> T blamed(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (InvalidInputException e) {
      throw InvalidCheckpointException.of(e);
    }
  }
}
