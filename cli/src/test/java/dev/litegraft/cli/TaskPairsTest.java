package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of model under every command: what does not fit names a command that does. */
class TaskPairsTest {
  private static final Path TASKS = Path.of("src", "test", "resources", "tasks");

  /** Each command of texts, as it is called. */
  private static final Map<String, List<String>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("classify", List.of("classify", "FILE", "a text"));
    COMMANDS.put("labels", List.of("classify", "FILE", "a text", "--labels", "play,work"));
    COMMANDS.put("redact", List.of("redact", "FILE", "a text"));
    COMMANDS.put("embed", List.of("embed", "FILE", "a text"));
    COMMANDS.put("rerank", List.of("rerank", "FILE", "--query", "who", "a text", "the play"));
    COMMANDS.put("answer", List.of("answer", "FILE", "--context", "a text of a play", "who"));
  }

  /** The kinds of models, each with the commands that it is for. */
  private static final Map<String, Set<String>> FITTING =
      Map.ofEntries(
          Map.entry("example", Set.of("classify")),
          Map.entry("nli-three", Set.of("classify", "labels")),
          Map.entry("tagger", Set.of("classify", "redact")),
          Map.entry("cross-encoder", Set.of("rerank", "classify")),
          Map.entry("bi-encoder", Set.of("embed", "rerank")),
          Map.entry("qa", Set.of("answer")),
          Map.entry("splade", Set.of("embed", "rerank")),
          Map.entry("colbert", Set.of("embed", "rerank")),
          Map.entry("static", Set.of("embed", "rerank")),
          Map.entry("logit-score", Set.of("rerank")));

  @TempDir private static Path folder;

  private static final Map<String, String> FILES = new LinkedHashMap<>();

  @BeforeAll
  static void convert() {
    for (String kind : FITTING.keySet()) {
      Path model =
          kind.equals("example") ? CommandRun.EXAMPLE : TASKS.resolve(kind).resolve("model");
      String file = folder.resolve(kind + ".tflite").toString();
      CommandRun run = CommandRun.of("convert", model.toString(), "-o", file, "--recipe=f32");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
      FILES.put(kind, file);
    }
  }

  @Test
  void whatDoesNotFitNamesACommandThatDoes() {
    List<String> wrong = new ArrayList<>();
    FITTING.forEach(
        (kind, fitting) ->
            COMMANDS.forEach(
                (name, command) -> {
                  CommandRun run = run(command, FILES.getOrDefault(kind, ""));
                  boolean fits = fitting.contains(name);
                  if (fits ? run.exitCode() != ExitCode.DONE : !names(run, fitting)) {
                    wrong.add(name + " of " + kind + ": " + run.exitCode() + " " + run.err());
                  }
                }));
    assertThat(wrong).isEmpty();
  }

  private static CommandRun run(List<String> command, String file) {
    return CommandRun.of(
        command.stream().map(part -> part.equals("FILE") ? file : part).toArray(String[]::new));
  }

  private static boolean names(CommandRun run, Set<String> fitting) {
    String advice = run.err().substring(Math.max(0, run.err().indexOf("try:")));
    return (run.exitCode() == ExitCode.INPUT || run.exitCode() == ExitCode.USAGE)
        && fitting.stream()
            .map(name -> name.equals("labels") ? "classify" : name)
            .anyMatch(name -> advice.contains(name));
  }
}
