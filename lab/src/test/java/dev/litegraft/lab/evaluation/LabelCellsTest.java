package dev.litegraft.lab.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.data.RowReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How data say which labels are right. */
class LabelCellsTest {
  private static final List<String> NAMES = List.of("joy", "anger", "fear");

  @TempDir Path folder;

  private List<String> read(String name, String named, List<String> labels, String... lines)
      throws IOException {
    DataFile data = DataFile.of(Files.write(folder.resolve(name), List.of(lines)));
    ModelLabels known = new ModelLabels(labels);
    Columns columns =
        new Columns(Optional.empty(), Optional.empty(), Optional.of(named), Optional.empty());
    LabelCells cells = LabelCells.of(named, new NamedColumns(data, columns), known);
    List<String> sets = new ArrayList<>();
    try (RowReader rows = data.open()) {
      for (DataRow row = rows.next(); row != null; row = rows.next()) {
        BitSet right = cells.right(row);
        sets.add(right.toString());
      }
    }
    known.requireKnown();
    return sets;
  }

  @Test
  void namesAndNumbersStandInOneColumn() throws IOException {
    assertThat(read("a.tsv", "l", NAMES, "text\tl", "x\tjoy|fear", "x\t", "x\t1|0"))
        .containsExactly("{0, 2}", "{}", "{0, 1}");
    assertThat(
            read(
                "a.jsonl",
                "l",
                NAMES,
                "{\"l\": [\"fear\"]}",
                "{\"l\": []}",
                "{\"l\": [2, 0]}",
                "{\"l\": 1}"))
        .containsExactly("{2}", "{}", "{0, 2}", "{1}");
  }

  @Test
  void aListOfZeroOrOneForEachLabelIsNoListOfNumbers() throws IOException {
    assertThat(
            read(
                "b.jsonl",
                "l",
                NAMES,
                "{\"l\": [0, 1, 1]}",
                "{\"l\": [0.0, 0.0, 1.0]}",
                "{\"l\": [true, false, false]}",
                "{\"l\": [0, 0, 0]}"))
        .containsExactly("{1, 2}", "{2}", "{0}", "{}");
    assertThat(read("two.jsonl", "l", List.of("a", "b"), "{\"l\": [0.0, 1.0]}", "{\"l\": [1, 1]}"))
        .containsExactly("{1}", "{0, 1}");
    assertThatThrownBy(() -> read("or.jsonl", "l", List.of("a", "b"), "{\"l\": [0, 1]}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the list [0, 1] may be the numbers of both labels")
        .hasMessageContaining("or.jsonl, line 1");
  }

  @Test
  void labelsMayHaveAColumnEach() throws IOException {
    assertThat(read("c.csv", "fear,joy", NAMES, "text,joy,fear,anger", "x,1,0,9", "x,0,1.0,9"))
        .containsExactly("{0}", "{2}");
    assertThatThrownBy(() -> read("d.csv", "fear,joy", NAMES, "text,joy,fear", "x,1,2"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("column \"fear\" is \"2\", where 0 or 1 says")
        .hasMessageContaining("d.csv, line 2");
    assertThatThrownBy(() -> read("e.csv", "joy,feer", NAMES, "text,joy,fear", "x,1,0"))
        .hasMessageContaining("there is no column \"feer\"")
        .hasMessageContaining("--label-column fear");
    assertThatThrownBy(() -> read("f.csv", "joy,other", NAMES, "text,joy,other", "x,1,0"))
        .hasMessageContaining("the model has no label \"other\"");
  }

  @Test
  void aLabelStandsInARowOnce() {
    assertThatThrownBy(() -> read("g.tsv", "l", NAMES, "text\tl", "x\tjoy|0"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the label \"joy\" stands twice in the row");
  }

  @Test
  void labelsThatAreCalledByNumbersAreNotCounted() {
    ModelLabels stars = new ModelLabels(List.of("1", "2", "3"));
    assertThat(stars.id("1", "a")).isZero();
    assertThat(stars.id("0", "b")).isEqualTo(-1);
    assertThatThrownBy(stars::requireKnown)
        .hasMessageContaining("the model has no label \"0\"; it has 1, 2, 3")
        .hasMessageNotContainingAny("numbers from 0");
    assertThat(new ModelLabels(List.of("1 star", "2 stars")).id("0", "c")).isZero();
  }
}
