package dev.litegraft.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every recorded folder answers as its library does, or is refused with a true reason.
 *
 * <p>{@code ./mvnw -o -pl lab -am test -Dtest=ConformanceTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dconformance.page=../docs/conformance.md} writes the
 * page with the table.
 */
class ConformanceTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");

  /** What cannot be converted, and a word of the reason. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "peft:dora", "use_dora",
          "peft:ia3", "IA3",
          "peft:olora", "olora",
          "peft:trainable_tokens", "trainable_token_indices",
          "ip:cls", "include_prompt",
          "st:weighted_layers", "WeightedLayerPooling");

  private static final Map<String, Map<String, Integer>> TABLE = new TreeMap<>();

  @TempDir Path folder = Path.of("");

  static List<String> cases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".zip"))
          .sorted()
          .toList();
    }
  }

  @BeforeAll
  static void thereAreCases() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(50);
    TABLE.clear();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theFolderAnswersAsItsLibraryDoes(String name) throws IOException {
    ConformanceCase recorded = ConformanceCase.of(CASES.resolve(name), folder);
    String verdict = recorded.verdict();
    String row =
        recorded.text("family")
            + " | "
            + recorded.text("task")
            + " | "
            + recorded.text("library").replaceAll("\\.\\d+$", "");
    TABLE.computeIfAbsent(row, key -> new TreeMap<>()).merge(verdict, 1, Integer::sum);
    String refusal = REFUSED.get(recorded.text("variation"));
    if (refusal == null) {
      assertThat(verdict).isEqualTo("exact");
    } else {
      assertThat(verdict).startsWith("refused: ").contains(refusal);
    }
  }

  @AfterAll
  static void thePageIsWrittenWhereItIsAskedFor() throws IOException {
    String page = System.getProperty("conformance.page");
    if (page != null) {
      StringBuilder text =
          new StringBuilder(
              """
              # Folders as the libraries save them

              What comes of the recorded folders in `lab/src/test/resources/conformance`, by family, task and
              library: how many answer exactly as the library that saved them (ids equal, numbers within
              2e-4, scores and spans with them), and which are refused, with which words. An entity whose last
              letter has combining marks ends behind them here; texts longer than 512 tokens are cut by
              default (`--max-length`). Written by `ConformanceTest` with `-Dconformance.page`.

              | family | task | library | exact | refused |
              | --- | --- | --- | --- | --- |
              """);
      TABLE.forEach(
          (row, verdicts) -> {
            int all = verdicts.values().stream().mapToInt(Integer::intValue).sum();
            List<String> others =
                verdicts.keySet().stream().filter(v -> !v.equals("exact")).toList();
            text.append("| " + row + " | ")
                .append(verdicts.getOrDefault("exact", 0) + " of " + all)
                .append(" | " + String.join("; ", others).replace("refused: ", "") + " |\n");
          });
      Files.writeString(Path.of(page), text);
    }
  }
}
