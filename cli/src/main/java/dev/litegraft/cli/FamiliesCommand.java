package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.facts.Task;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists what can be converted. */
@Command(
    name = "families",
    description = "List the model families and Hugging Face classes that can be converted.")
final class FamiliesCommand extends Subcommand {
  @Override
  int execute() throws IOException {
    if (common().json()) {
      out().line(JsonLine.of(FamiliesCommand::write));
      return ExitCode.DONE;
    }
    Table table = new Table("family", "task", "Hugging Face classes", "checked against");
    for (Architecture architecture : Architectures.ALL) {
      for (Task task : Task.values()) {
        String classes = classes(architecture, task);
        if (!classes.isEmpty()) {
          table.row(
              architecture.family(),
              words(task),
              classes,
              architecture.checkedAgainst(task).sentence());
        }
      }
    }
    table.print(out());
    return ExitCode.DONE;
  }

  private static void write(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("families");
    for (Architecture architecture : Architectures.ALL) {
      json.writeStartObject();
      json.writeStringField("family", architecture.family());
      json.writeObjectFieldStart("classes");
      for (Map.Entry<String, Task> entry : Architectures.classes(architecture).entrySet()) {
        json.writeStringField(entry.getKey(), words(entry.getValue()));
      }
      json.writeEndObject();
      json.writeObjectFieldStart("checked_against");
      for (Map.Entry<String, Task> entry : Architectures.classes(architecture).entrySet()) {
        json.writeStringField(
            entry.getKey(), architecture.checkedAgainst(entry.getValue()).sentence());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String classes(Architecture architecture, Task task) {
    return Architectures.classes(architecture).entrySet().stream()
        .filter(entry -> entry.getValue() == task)
        .map(Map.Entry::getKey)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  /** {@code sequence classification}. */
  static String words(Task task) {
    return task.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
