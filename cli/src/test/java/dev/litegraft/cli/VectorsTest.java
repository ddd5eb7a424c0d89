package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fewer dimensions, and vectors of bytes and bits. */
class VectorsTest {
  /** Of numbers of about 1. */
  private static final double TOLERANCE = 2e-6;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bi-encoder", "bi-encoder-dot"})
  void vectorsAreTheRecordedOnes(String name) throws IOException {
    RecordedTask task = RecordedTask.convert(name, folder);
    assertThat(task.rows("vectors")).hasSize(18);
    for (Row row : task.rows("vectors")) {
      for (String kind : List.of("float", "int8", "binary")) {
        String dimensions =
            row.isNull("dimensions") ? "--quiet" : "--dimensions=" + (int) row.number("dimensions");
        Row answer =
            RecordedTask.answers(
                    "embed",
                    task.file(),
                    row.text("text"),
                    "--json",
                    "--vectors=" + kind,
                    dimensions)
                .get(0);
        assertThat(answer.numbers("embedding"))
            .as(kind + row)
            .containsExactly(row.numbers(kind), within(kind.equals("float") ? TOLERANCE : 0));
      }
    }
  }

  @Test
  void moreDimensionsThanThereAreAreRefused() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    CommandRun run = CommandRun.of("embed", file, "a", "--dimensions=17");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("17 dimensions", "has 16", "1 to 16");
    assertThat(CommandRun.of("embed", file, "a", "--dimensions=0").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(CommandRun.of("embed", file, "a", "--vectors=int8").err())
        .contains("--vectors without --json");
  }
}
