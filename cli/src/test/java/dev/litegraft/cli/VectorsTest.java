package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fewer dimensions, and vectors of bytes and bits. */
class VectorsTest {
  /** Of numbers of about 1. */
  private static final double TOLERANCE = 2e-6;

  /** Of weights that are logarithms of sums of about 100 numbers. */
  private static final double SPARSE = 1e-5;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"bi-encoder", "bi-encoder-dot", "static", "static-normalized", "model2vec"})
  void vectorsAreTheRecordedOnes(String name) throws IOException {
    RecordedTask task = RecordedTask.convert(name, folder);
    assertThat(task.rows("vectors")).hasSizeGreaterThan(6);
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

  @ParameterizedTest
  @ValueSource(strings = {"colbert", "colbert-min", "colbert-pylate", "colbert-stanford"})
  void vectorsOfTokensAreTheRecordedOnes(String name) throws IOException {
    RecordedTask task = RecordedTask.convert(name, folder);
    for (Row row : task.rows("vectors")) {
      Row answer = RecordedTask.answers("embed", task.file(), row.text("text"), "--json").get(0);
      double[][] found = answer.matrix("token_embeddings");
      double[][] expected = row.matrix("token_embeddings");
      assertThat(found.length).as(row.text("text")).isEqualTo(expected.length);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).containsExactly(expected[i], within(TOLERANCE));
      }
    }
    assertThat(CommandRun.of("embed", task.file(), "a play").out())
        .contains("vectors of 8 numbers");
    assertThat(CommandRun.of("embed", task.file(), "a", "--dimensions=2").err())
        .contains("the file gives one a token");
    assertThat(CommandRun.of("classify", task.file(), "a").err()).contains("litegraft rerank");
  }

  @ParameterizedTest
  @ValueSource(strings = {"splade", "splade-sum"})
  void weightsOfWordsAreTheRecordedOnes(String name) throws IOException {
    RecordedTask task = RecordedTask.convert(name, folder);
    for (Row row : task.rows("vectors")) {
      Row answer = RecordedTask.answers("embed", task.file(), row.text("text"), "--json").get(0);
      Map<Integer, Row> expected = new HashMap<>();
      row.rows("sparse").forEach(weight -> expected.put((int) weight.number("id"), weight));
      double last = Double.POSITIVE_INFINITY;
      for (Row weight : answer.rows("sparse")) {
        int id = (int) weight.number("id");
        assertThat(expected).containsKey(id);
        Row recorded = Objects.requireNonNull(expected.remove(id));
        assertThat(weight.text("token")).isEqualTo(recorded.text("token"));
        double number = recorded.number("weight");
        assertThat(weight.number("weight"))
            .as(row.text("text") + recorded)
            .isCloseTo(number, within(SPARSE * Math.max(1, number)))
            .isLessThanOrEqualTo(last);
        last = weight.number("weight");
      }
      assertThat(expected).isEmpty();
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
