package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.config.HfConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/models.md}: which of the text models that people use convert, by what stands for them
 * here. The page is written anew with {@code -Dlitegraft.models=write}.
 */
class ModelsPageTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Path PAGE = Path.of("..", "docs", "models.md");
  private static final String DATE = "\nAs of \\d{4}-\\d\\d-\\d\\d";

  @TempDir Path scratch = Path.of("");

  private final Map<String, Optional<String>> verdicts = new HashMap<>();

  /**
   * A line of the list.
   *
   * @param standsFor what is tried in its place
   * @param reason why it does not convert, where that is known; else empty
   */
  private record Row(
      String model, String task, double downloads, List<String> standsFor, String reason) {}

  @Test
  void thePageSaysWhatConvertsToday() throws IOException {
    List<Row> rows = rows();
    assertThat(rows).hasSize(145);
    String made = page(rows);
    if ("write".equals(System.getProperty("litegraft.models"))) {
      Files.writeString(PAGE, made);
    }
    assertThat(Files.readString(PAGE).replaceFirst(DATE, ""))
        .isEqualTo(made.replaceFirst(DATE, ""));
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(RESOURCES.resolve("models/models.tsv"))) {
      String[] cells = line.split("\t", -1);
      if (line.startsWith("#") || cells[0].equals("model")) {
        continue;
      }
      String last = cells[5];
      rows.add(
          last.startsWith("-")
              ? new Row(cells[0], cells[3], number(cells[4]), List.of(), last.substring(1))
              : new Row(cells[0], cells[3], number(cells[4]), List.of(last.split(" ", -1)), ""));
    }
    return rows;
  }

  private static double number(String cell) {
    return Double.parseDouble(cell);
  }

  private String page(List<Row> rows) throws IOException {
    List<String> table = new ArrayList<>();
    double all = 0;
    double works = 0;
    int count = 0;
    for (Row row : rows) {
      Optional<String> no = whyNot(row);
      all += row.downloads();
      works += no.isEmpty() ? row.downloads() : 0;
      count += no.isEmpty() ? 1 : 0;
      table.add(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s |",
              row.model().replace("*", "\\*"),
              row.task(),
              text(row.downloads()),
              no.map(reason -> "no: " + reason).orElse("yes"),
              String.join(", ", row.standsFor().stream().map(ModelsPageTest::shown).toList())));
    }
    return String.format(
            Locale.ROOT,
            """
        # Text models that people use

        Generated; do not edit: `./mvnw -q -pl cli -am -Dtest=ModelsPageTest -Dlitegraft.models=write
        -Dsurefire.failIfNoSpecifiedTests=false test` writes it anew, and the same test fails where it is no longer true.
        As of %s, **%d of %d (%.0f %%)** convert as they are published, which is **%.0f %%** of the estimated downloads.

        The list, and its estimates in millions a month (an order of magnitude), came with issue 14 on 2026-11-29. The models themselves were never
        downloaded: a row is counted where every class that it names is one of `litegraft families`, and where the folder of its kind in
        the test data, which the last column names, converts now.

        | model | task | downloads | converts | what stands for it |
        | --- | --- | --- | --- | --- |
        """,
            LocalDate.now(ZoneOffset.UTC),
            count,
            rows.size(),
            100.0 * count / rows.size(),
            100 * works / all)
        + String.join("\n", table)
        + "\n";
  }

  private static String text(double downloads) {
    return downloads == Math.rint(downloads)
        ? String.valueOf((long) downloads)
        : String.valueOf(downloads);
  }

  private static String shown(String kind) {
    return "`" + kind.substring(kind.indexOf(':') + 1) + "`";
  }

  private Optional<String> whyNot(Row row) throws IOException {
    if (!row.reason().isEmpty()) {
      return Optional.of(row.reason());
    }
    for (String kind : row.standsFor()) {
      Optional<String> known = verdicts.get(kind);
      Optional<String> verdict = known == null ? tried(kind) : known;
      verdicts.put(kind, verdict);
      if (verdict.isPresent()) {
        return verdict;
      }
    }
    return Optional.empty();
  }

  /** Why what stands for a model does not convert. */
  private Optional<String> tried(String kind) throws IOException {
    String name = kind.substring(kind.indexOf(':') + 1);
    if (kind.startsWith("class:")) {
      HfConfig config = HfConfig.parse("{\"architectures\": [\"" + name + "\"]}", kind);
      return Architectures.find(config).isPresent()
          ? Optional.empty()
          : Optional.of("no family has the class " + name);
    }
    if (kind.startsWith("test:")) {
      Path tests = Path.of("..", "lab", "src", "test", "java", "dev", "litegraft", "lab");
      Path own = Path.of("src", "test", "java", "dev", "litegraft", "cli", name + ".java");
      assertThat(Files.exists(own) ? own : tests.resolve("architecture/" + name + ".java"))
          .exists();
      return Optional.empty();
    }
    return converted(kind);
  }

  private Optional<String> converted(String kind) {
    Path folder =
        kind.startsWith("golden/")
            ? Path.of("..", "converter").resolve(RESOURCES).resolve("golden/cases")
            : RESOURCES;
    String name = kind.replace("golden/", "");
    Path of = folder.resolve(name);
    Path model = kind.startsWith("tasks/") ? of.resolve("model") : of;
    List<String> command = new ArrayList<>(List.of("convert", model.toString(), "--recipe=f32"));
    String file = kind.replace("/", "-") + ".tflite";
    command.addAll(List.of("-o", scratch.resolve(file).toString()));
    if (kind.endsWith("-reranker")) {
      command.add("--reranker=" + name.replace("tasks/", "").replace("-reranker", ""));
    }
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    return run.exitCode() == ExitCode.DONE
        ? Optional.empty()
        : Optional.of(run.err().lines().findFirst().orElse("it does not convert"));
  }
}
