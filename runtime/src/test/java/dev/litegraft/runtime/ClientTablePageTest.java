package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code docs/clients-table.md}, which {@code clients/table} writes, has a line of each family. */
class ClientTablePageTest {
  private static Map<String, List<String>> rows() throws IOException {
    Map<String, List<String>> rows = new TreeMap<>();
    Files.readString(Path.of("..", "docs", "clients-table.md"))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> List.of(line.substring(2).split(" \\| ", -1)))
        .forEach(cells -> rows.put(cells.get(0).replace("`", ""), cells));
    return rows;
  }

  @Test
  void everyFamilyWasAskedInABrowserAndOnAndroid() throws IOException {
    Map<String, List<String>> rows = rows();
    for (Architecture family : Architectures.ALL) {
      List<String> cells = rows.getOrDefault(family.family(), List.of());
      assertThat(cells).as(family.family()).hasSizeGreaterThan(3);
      for (int client = 2; client <= 3; client++) {
        assertThat(Double.parseDouble(cells.get(client)))
            .as(family.family() + ", column " + client)
            .isBetween(0.0, 1e-5);
      }
    }
  }

  @Test
  void noneIsLessThanWhatIsRecordedNow() throws IOException {
    int checkpoints = rows().values().stream().mapToInt(r -> Integer.parseInt(r.get(1))).sum();
    assertThat(checkpoints).isGreaterThanOrEqualTo(RecordedRows.cases().size());
  }
}
