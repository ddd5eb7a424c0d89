package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.client.Client;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code convert --for}, and where {@code inspect} says that a file runs. */
class ClientsTest {
  @TempDir private Path folder;

  private CommandRun convert(String... options) {
    List<String> args =
        new ArrayList<>(List.of("convert", CommandRun.EXAMPLE.toString(), "-o", file().toString()));
    args.addAll(List.of(options));
    args.add("--no-verify");
    return CommandRun.of(args.toArray(String[]::new));
  }

  private Path file() {
    return folder.resolve("model.tflite");
  }

  private Map<String, ?> client(Client client) {
    CommandRun run = CommandRun.of("inspect", file().toString(), "--json");
    Object all = Objects.requireNonNull(Json.parse(run.out(), "inspect").get("runs_in"));
    return ((List<?>) all)
        .stream()
            .map(entry -> (Map<String, ?>) cast(entry))
            .filter(entry -> client.id().equals(entry.get("client")))
            .findFirst()
            .orElseThrow();
  }

  @SuppressWarnings("unchecked") // An object of JSON has texts for names.
  private static Map<String, ?> cast(Object entry) {
    return (Map<String, ?>) entry;
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"MEDIAPIPE", "LITERTLM"})
  void aFileForAClientRunsThereAndHasSeveralLengths(Client client) {
    CommandRun run = convert("--for", client.id());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("static lengths 16, 32, 64, 128")
        .contains(client.version())
        .doesNotContain("--for " + client.id() + ")");
    assertThat(client(client).get("runs")).isEqualTo(true);
  }

  @Test
  void theUsualFileSaysWhichOptionItNeedsForWhom() {
    CommandRun run = convert();
    assertThat(run.out()).contains("(--for web)").contains("(--for android)");
    assertThat(client(Client.WEB).toString()).contains("its length is dynamic", "--for web");
    assertThat(client(Client.ANDROID).toString())
        .contains("FULLY_CONNECTED has version 12, and 11 is the newest known")
        .contains("EMBEDDING_LOOKUP has version 4, and 3 is the newest known")
        .contains("a scale a row");
    CommandRun shown = CommandRun.of("inspect", file().toString());
    assertThat(shown.out()).contains("runs in").contains("what helps").contains("--for web");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web     | --input-type=int64 | inputs are int64       | 3",
        "android | --recipe=int8      | FULLY_CONNECTED        | 3",
        "android | --recipe=int4      | int4                   | 3",
        "web     | --length=dynamic   | are both given         | 2",
        "web     | --batch=5          | are both given         | 3",
        "ios     | --recipe=f32       | --for is \"ios\"       | 2",
      })
  void whatContradictsTheClientIsNotMade(String client, String option, String words, int exitCode) {
    CommandRun run = convert("--for", client, option);
    assertThat(run.exitCode()).isEqualTo(exitCode);
    assertThat(run.err()).contains(words).contains("try:");
    assertThat(file()).doesNotExist();
  }

  @Test
  void lengthsThatAreAskedForStay() {
    assertThat(convert("--for", "web", "--length", "24,48").out())
        .contains("static lengths 24, 48");
    assertThat(convert("--for", "web", "--max-length", "40").out())
        .contains("static lengths 16, 32, 40");
  }

  @Test
  void aFileOfAnotherProgramIsToldWhereItRuns() throws IOException {
    Path foreign = Path.of("..", "lab", "src", "test", "resources", "foreign");
    try (var files = Files.walk(foreign)) {
      Path int8 =
          files
              .filter(path -> path.toString().endsWith(".tflite"))
              .sorted()
              .findFirst()
              .orElseThrow();
      CommandRun run = CommandRun.of("inspect", int8.toString());
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(Arrays.stream(Client.values()).map(Client::version))
          .allMatch(version -> run.out().contains(version));
    }
  }
}
