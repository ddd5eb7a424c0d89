package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder as its library saved it, converted in f32, and what the library answers: made by {@code
 * src/test/python/record_tasks.py}.
 *
 * @param file the converted file
 * @param expected what {@code expected.json} says
 */
record RecordedTask(String file, Map<String, @Nullable Object> expected) {
  static final Path CASES = Path.of("src", "test", "resources", "tasks");

  /** Converts a case into {@code folder}. */
  static RecordedTask convert(String name, Path folder, String... options) throws IOException {
    Path recorded = CASES.resolve(name);
    String file = folder.resolve(name + ".tflite").toString();
    List<String> command =
        new ArrayList<>(
            List.of("convert", recorded.resolve("model").toString(), "-o", file, "--recipe=f32"));
    command.addAll(List.of(options));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Path expected = recorded.resolve("expected.json");
    return new RecordedTask(file, Json.parse(Files.readAllBytes(expected), expected.toString()));
  }

  /** The recorded rows of a name. */
  List<Row> rows(String name) {
    return list(expected.get(name)).stream().map(row -> new Row(map(row))).toList();
  }

  /** What a command prints, a line an object. */
  static List<Row> answers(String... command) throws IOException {
    CommandRun run = CommandRun.of(command);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<Row> rows = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      rows.add(new Row(Json.parse(line.getBytes(java.nio.charset.StandardCharsets.UTF_8), line)));
    }
    return rows;
  }

  /** A JSON object. */
  record Row(Map<String, @Nullable Object> json) {
    String text(String key) {
      return String.valueOf(json.get(key));
    }

    boolean isNull(String key) {
      return json.get(key) == null;
    }

    double number(String key) {
      return RecordedTask.number(json.get(key));
    }

    List<String> texts(String key) {
      return list(json.get(key)).stream().map(String::valueOf).toList();
    }

    double[] numbers(String key) {
      return list(json.get(key)).stream().mapToDouble(RecordedTask::number).toArray();
    }

    double[][] matrix(String key) {
      return list(json.get(key)).stream()
          .map(row -> list(row).stream().mapToDouble(RecordedTask::number).toArray())
          .toArray(double[][]::new);
    }

    Row row(String key) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      if (json.get(key) instanceof Map<?, ?> map) {
        map.forEach((name, value) -> members.put(String.valueOf(name), value));
      }
      return new Row(members);
    }

    List<Row> rows(String key) {
      return list(json.get(key)).stream().map(row -> new Row(map(row))).toList();
    }
  }

  private static double number(@Nullable Object json) {
    return json instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static List<?> list(@Nullable Object json) {
    assertThat(json).isInstanceOf(List.class);
    return json instanceof List<?> list ? list : List.of();
  }

  private static Map<String, @Nullable Object> map(@Nullable Object json) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (json instanceof Map<?, ?> members) {
      members.forEach((key, value) -> map.put(String.valueOf(key), value));
    }
    assertThat(map).as("%s", json).isNotEmpty();
    return map;
  }
}
