package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code models} shows the cache, and deletes only when it is told to. */
class ModelsCommandTest {
  private static final String NEW = "a".repeat(40);
  private static final String OLD = "b".repeat(40);
  private static final Terminal ASKED = new Terminal(false, true, false);

  @TempDir Path home;
  private Path model;

  @BeforeEach
  void fill() throws IOException {
    model = home.resolve("hub/models--org--name");
    for (String commit : new String[] {NEW, OLD}) {
      Path file = model.resolve("snapshots").resolve(commit).resolve("config.json");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{\"of\": \"" + commit + "\"}");
    }
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), NEW);
  }

  private CommandRun run(String input, Terminal terminal, String... args) {
    return CommandRun.run(input, terminal, Map.of("HF_HOME", home.toString()), args);
  }

  private boolean isThere(String commit) {
    return Files.exists(model.resolve("snapshots").resolve(commit).resolve("config.json"));
  }

  @Test
  void whatIsThereAndWhatIsNotNeededIsShown() {
    CommandRun run = run("", Terminal.NONE, "models");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith(home.resolve("hub") + ": 1 model, ")
        .contains("org/name  aaaaaaaaaaaa  main               1  50 B")
        .contains("a commit that no branch or tag is any more  org/name  bbbbbbbbbbbb  50 B")
        .endsWith("litegraft models --prune frees 50 B\n");
    assertThat(isThere(OLD)).isTrue();
  }

  @Test
  void onlyAYesDeletes() {
    for (String no : new String[] {"", "\n", "n\n", "yess\n"}) {
      assertThat(run(no, ASKED, "models", "--prune").out()).endsWith("nothing was deleted\n");
      assertThat(isThere(OLD)).isTrue();
    }
    CommandRun run = run("y\n", ASKED, "models", "--prune");
    assertThat(run.err()).isEqualTo("Delete what is not needed (50 B)? [y/N] ");
    assertThat(run.out()).endsWith("freed 50 B\n");
    assertThat(isThere(OLD)).isFalse();
    assertThat(isThere(NEW)).isTrue();
    assertThat(run("", ASKED, "models", "--prune").out()).endsWith("there is nothing to delete\n");
  }

  @Test
  void whatHasNoBytesOfItsOwnIsDeletedToo() throws IOException {
    Path old = model.resolve("snapshots").resolve(OLD);
    Files.write(old.resolve("config.json"), new byte[0]);
    assertThat(run("", Terminal.NONE, "models", "--prune", "--yes").out()).endsWith("freed 0 B\n");
    assertThat(isThere(OLD)).isFalse();
  }

  @Test
  void withoutATerminalItIsNotTakenForAYes() {
    CommandRun run = run("y\n", Terminal.NONE, "models", "--prune");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--prune asks first, and there is no terminal", "--prune --yes");
    assertThat(isThere(OLD)).isTrue();
  }

  @Test
  void scriptsGetAnObject() {
    CommandRun run = run("", Terminal.NONE, "models", "--prune", "--yes", "--json");
    assertThat(run.out().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    assertThat(run.out())
        .contains(
            "\"name\":\"org/name\"",
            "\"refs\":[\"main\"]",
            "{\"kind\":\"old_commit\",\"name\":\"" + OLD + "\",\"bytes\":50}",
            "\"not_needed_bytes\":50,\"freed_bytes\":50}");
    assertThat(isThere(OLD)).isFalse();
  }

  @Test
  void anEmptyCacheIsSaid() {
    CommandRun run =
        CommandRun.with(
            Map.of("HF_HUB_CACHE", home.resolve("none").toString()), Terminal.NONE, "models");
    assertThat(run.out()).isEqualTo(home.resolve("none") + ": 0 models, 0 B\n");
  }
}
