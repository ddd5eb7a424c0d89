package dev.litegraft.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BodyTest {
  @Test
  void namesOfNumbersStandRightAsTheNumbersDo() {
    String table =
        new Body()
            .begin("file", "MiB", "less A", "note")
            .row(false, "a.tflite", "2.1", "", "7 of 9 are new")
            .row(true, "b.tflite", "10.0", "-0.5", "none")
            .end()
            .toString();
    assertThat(table)
        .contains("<tr><th>file</th><th class=\"n\">MiB</th><th class=\"n\">less A</th>")
        .contains("<th>note</th></tr>")
        .contains("<tr class=\"bad\"><td>b.tflite</td><td class=\"n\">10.0</td>");
  }

  @Test
  void aUsersTextThatBeginsAsANumberIsAText() {
    String table = new Body().begin("margin", "text").row(false, "0.1", "10점 <b>").end().toString();
    assertThat(table).contains("<td class=\"n\">0.1</td><td>10점 &lt;b&gt;</td>");
    assertThat(new Body().begin().fact("a", "1").end().toString())
        .contains("<th>a</th><td>1</td>")
        .doesNotContain("<tr></tr>");
  }

  @Test
  void wholeNumbersAreCountedInWholeSteps() {
    Plot.Axis rows = Plot.Axis.counting("rows", List.of(14.0));
    assertThat(rows.high()).isEqualTo(15);
    assertThat(Plot.Axis.counting("rows", List.of(1.0)).high()).isEqualTo(5);
    String svg =
        new Plot("t", new Plot.Axis("margin", 0, 1), rows).key(1, "B", 0).bar(1, 0, 0.5, 14).svg();
    assertThat(svg).contains(">3</text>", ">15</text>", "<text class=\"name\"", ">B</text>");
  }
}
