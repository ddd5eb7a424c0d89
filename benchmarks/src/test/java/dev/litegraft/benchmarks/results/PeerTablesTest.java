package dev.litegraft.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.benchmarks.results.PeerResults.Beside;
import dev.litegraft.benchmarks.results.PeerResults.Row;
import dev.litegraft.benchmarks.results.PeerResults.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTablesTest {
  private static final Path HOME = Path.of("..");

  @TempDir Path folder;

  private static PeerResults results() {
    List<double[]> own = List.of(new double[] {1, 2, 3}, new double[] {4, 4}, new double[] {3});
    List<double[]> peer = List.of(new double[] {4}, new double[] {5, 5}, new double[] {2, 10});
    Row row =
        new Row(
            "BERT-base",
            "int8",
            1,
            8,
            Times.of(own),
            Map.of("onnxruntime", Beside.of(own, peer, OptionalDouble.of(0.25))));
    return new PeerResults(Map.of(PeerResults.DATE, "2026-11-30"), List.of(row));
  }

  @Test
  void ratiosAreOfTheSameRound() {
    Row row = results().rows().get(0);
    assertThat(row.own()).isEqualTo(new Times(3, 1));
    Beside beside = Objects.requireNonNull(row.peers().get("onnxruntime"));
    assertThat(beside.times()).isEqualTo(new Times(5, 2));
    assertThat(beside.ratio()).isCloseTo(0.5, within(1e-12)); // of 2/4, 4/5 and 3/6
    assertThat(beside.least()).isCloseTo(0.5, within(1e-12));
    assertThat(beside.most()).isCloseTo(0.8, within(1e-12));
    assertThat(beside.ofMin()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void jsonComesBackAsItWas() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), results().toJson());
    assertThat(PeerResults.read(file)).isEqualTo(results());
  }

  @Test
  void aPageHasTheTableOfTheFileThatItNames() throws IOException {
    Files.writeString(folder.resolve("a.json"), results().toJson());
    String page = "before\n<!-- results of a.json -->\nold\n<!-- end of results -->\nafter\n";
    String now = PeerTables.rendered(page, folder);
    assertThat(now)
        .startsWith("before")
        .endsWith("after\n")
        .contains("date 2026-11-30")
        .contains("| model | recipe | threads |  | 8 |\n")
        .contains("| BERT-base | int8 | 1 | ms | 3.00 (1.00) |\n")
        .contains("|  |  |  | over ONNX Runtime | 0.50 [0.50, 0.80] (0.50) |\n")
        .doesNotContain("old");
    assertThat(PeerTables.rendered(now, folder)).isEqualTo(now);
    assertThatThrownBy(() -> PeerTables.rendered("<!-- results of a.json -->", folder))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theDocumentationHasTheTablesOfTheResults() throws IOException {
    String page = Files.readString(HOME.resolve("docs/performance.md"));
    assertThat(PeerTables.rendered(page, HOME.resolve("benchmarks/results"))).isEqualTo(page);
    assertThat(page).contains("<!-- results of ");
  }
}
