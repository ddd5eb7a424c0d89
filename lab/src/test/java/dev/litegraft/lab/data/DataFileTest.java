package dev.litegraft.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileTest {
  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.write(folder.resolve(name), content.getBytes(StandardCharsets.UTF_8));
  }

  private static List<DataRow> rows(DataFile data) throws IOException {
    List<DataRow> rows = new ArrayList<>();
    try (RowReader reader = data.open()) {
      for (DataRow row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private List<DataRow> rows(String name, String content) throws IOException {
    return rows(DataFile.of(file(name, content)));
  }

  private void faulty(String name, String content, String what, String where) {
    assertThatThrownBy(() -> rows(name, content))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e -> {
              assertThat(e.what()).contains(what);
              assertThat(e.where()).endsWith(where);
              assertThat(e.remedy()).isNotEmpty();
            });
  }

  @Test
  void csvIsReadAsRfc4180Says() throws IOException {
    List<DataRow> rows =
        rows(
            "a.csv",
            "\uFEFFtext,label\r\n\"a, \"\"b\"\"\",x\r\n\"two\r\nlines\",\r\nplain,\"\"\r\n");
    assertThat(rows.stream().map(r -> r.values().get("text")))
        .containsExactly("a, \"b\"", "two\r\nlines", "plain");
    assertThat(rows.stream().map(r -> r.values().get("label"))).containsExactly("x", "", "");
    assertThat(rows.get(2).where()).endsWith("a.csv, line 5");
  }

  @Test
  void aLineFeedInACellIsAsItWasWritten() throws IOException {
    List<DataRow> rows = rows("a.csv", "text,label\n\"one\ntwo\r\n\nfour\",x\n");
    assertThat(rows.get(0).text("text")).isEqualTo("one\ntwo\r\n\nfour");
  }

  @Test
  void aWholeNumberIsANameHoweverItIsWritten() throws IOException {
    List<DataRow> rows = rows("n.jsonl", "{\"l\":1.0}\n{\"l\":1}\n{\"l\":1.5}\n");
    assertThat(rows.get(0).name("l")).isEqualTo("1").isEqualTo(rows.get(1).name("l"));
    assertThatThrownBy(() -> rows.get(2).name("l")).hasMessageContaining("\"l\" is 1.5");
  }

  @Test
  void linesOfTextsHaveNoMarkAndNoEnds() throws IOException {
    List<String> lines = new ArrayList<>();
    DataFile.lines(file("a.txt", "\uFEFFone\r\n\ntwo"), lines::add);
    assertThat(lines).containsExactly("one", "", "two");
  }

  @Test
  void aQuoteInTsvIsACharacterUnlessCellsAreQuoted() throws IOException {
    String content = "text\tlabel\n\"좋아요\"\tx\n";
    assertThat(rows("a.tsv", content).get(0).text("text")).isEqualTo("\"좋아요\"");
    DataFile quoted = DataFile.of(file("b.tsv", content), true);
    assertThat(rows(quoted).get(0).text("text")).isEqualTo("좋아요");
  }

  @Test
  void jsonLinesHaveNumbersAndLists() throws IOException {
    DataRow row =
        rows("a.jsonl", "{\"text\":\"t\",\"label\":3,\"labels\":[\"a\",\"b\"],\"score\":0.5}\n")
            .get(0);
    assertThat(row.text("text")).isEqualTo("t");
    assertThat(row.name("label")).isEqualTo("3");
    assertThat(row.names("labels")).containsExactly("a", "b");
    assertThat(row.number("score")).isEqualTo(0.5);
  }

  @Test
  void namesStandBetweenBarsAndWordsBetweenSpaces() throws IOException {
    DataRow row = rows("a.tsv", "text\tlabels\none two  three\ta| b\n").get(0);
    assertThat(row.names("labels")).containsExactly("a", "b");
    assertThat(row.words("text")).containsExactly("one", "two", "three");
  }

  @Test
  void anEmptyLineAtTheEndIsNoRow() throws IOException {
    assertThat(rows("a.tsv", "text\tlabel\na\tb\n\n")).hasSize(1);
    assertThat(rows("a.jsonl", "{\"text\":\"a\"}\n\n")).hasSize(1);
  }

  @Test
  void damagedRowsNameTheirLine() {
    faulty("a.csv", "text,label\na,b\nc\n", "the row has 1 cells", "a.csv, line 3");
    faulty("b.csv", "text,label\n\"a,b\nc,d\n", "a quote is not closed", "b.csv, line 2");
    faulty(
        "c.csv", "text,label\n\"a\" b,c\n", "after a cell between quotes", "line 2, character 4");
    faulty("d.csv", "text,label\na\"b,c\n", "a quote stands inside of a cell", "d.csv, line 2");
    faulty("e.tsv", "text\tlabel\na\tb\n\nc\td\n", "the row is empty", "e.tsv, line 3");
    faulty("f.jsonl", "{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n", "the row is empty", "line 2");
    faulty("g.jsonl", "[{\"text\":\"a\"}]\n", "JSON list", "g.jsonl, line 1");
    faulty("h.tsv", "text\t\na\tb\n", "column 2 has no name", "h.tsv, line 1");
    faulty("i.tsv", "text\ttext\na\tb\n", "two columns are called \"text\"", "i.tsv, line 1");
    faulty("j.tsv", "", "the file is empty", "j.tsv");
    faulty("k.tsv", "text\tlabel\n", "there is no row in it", "k.tsv");
    faulty("m.tsv", "text\tlabel\rgood\tx\r", "end with those alone", "m.tsv, line 1");
    String endless = "text,label\na,b\n\"" + ("c".repeat(1 << 20) + "\n").repeat(17);
    faulty("n.csv", endless, "more than 16777216 characters", "n.csv, line 3");
    faulty("l.txt", "text\n", "the name does not say how the rows are written", "l.txt");
  }

  @Test
  void anotherEncodingNamesItsLine() throws IOException {
    Path latin =
        Files.write(
            folder.resolve("a.tsv"), "text\nok\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> rows(DataFile.of(latin)))
        .hasMessageContaining("the line is not UTF-8")
        .hasMessageContaining("line 3");
    Path wide =
        Files.write(folder.resolve("b.tsv"), "\uFEFFtext\n".getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> DataFile.of(wide)).hasMessageContaining("it begins like UTF-16");
    Path unmarked =
        Files.write(folder.resolve("c.tsv"), "text\na\n".getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> DataFile.of(unmarked))
        .hasMessageContaining("a NUL character, as files in UTF-16")
        .hasMessageContaining("line 1");
  }

  @Test
  void aColumnThatIsNotThereIsNamedWithItsNearest() throws IOException {
    DataFile data = DataFile.of(file("a.tsv", "sentence\tlabel\na\tb\n"));
    assertThatThrownBy(() -> data.require("sentense", "--text-column"))
        .hasMessageContaining("there are sentence, label")
        .hasMessageContaining("--text-column sentence");
  }

  @Test
  void emptyTextsAndWordsThatAreNoNumbersNameTheirRow() throws IOException {
    DataRow row = rows("a.tsv", "text\tscore\n \tten\n").get(0);
    assertThatThrownBy(() -> row.text("text")).hasMessageContaining("line 2");
    assertThatThrownBy(() -> row.number("score")).hasMessageContaining("\"ten\"");
    for (String word : List.of("1f", "2d", "0x1p3", "nan", "NaN", "inf", "1e999", "0,5", "1 2")) {
      DataRow other = rows("b.tsv", "text\tscore\na\t" + word + "\n").get(0);
      assertThatThrownBy(() -> other.number("score")).as(word).hasMessageContaining(word);
    }
    assertThat(rows("c.tsv", "text\tscore\na\t -.5e+1 \n").get(0).number("score")).isEqualTo(-5);
  }
}
