package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long texts in overlapping pieces, as transformers' pipeline reads them, and what is redacted. */
class RedactCommandTest {
  /** Of probabilities; the pipeline computes them in f32. */
  private static final double TOLERANCE = 2e-6;

  @TempDir private static Path folder;
  private static RecordedTask tagger = new RecordedTask("", java.util.Map.of());

  @BeforeAll
  static void convert() throws IOException {
    tagger = RecordedTask.convert("tagger", folder);
  }

  @Test
  void spansOfPiecesThatOverlapAreThoseOfThePipeline() throws IOException {
    assertThat(tagger.rows("rows")).hasSize(24);
    for (Row row : tagger.rows("rows")) {
      Row answer =
          RecordedTask.answers(
                  "classify",
                  tagger.file(),
                  row.text("text"),
                  "--json",
                  "--stride=" + (int) row.number("stride"),
                  "--aggregation=" + row.text("aggregation"))
              .get(0);
      assertSpans(answer.rows("entities"), row);
      assertThat(answer.text("truncated")).isEqualTo("false");
    }
  }

  private static void assertSpans(List<Row> spans, Row expected) {
    List<Row> recorded = expected.rows("entities");
    assertThat(places(spans)).as(expected.toString()).isEqualTo(places(recorded));
    for (int i = 0; i < spans.size(); i++) {
      assertThat(spans.get(i).number("score"))
          .isCloseTo(recorded.get(i).number("score"), within(TOLERANCE));
    }
  }

  private static List<String> places(List<Row> spans) {
    return spans.stream()
        .map(s -> s.text("label") + " " + (int) s.number("start") + " " + (int) s.number("end"))
        .toList();
  }

  @Test
  void spansAreReplacedByTheirLabelsButForThoseThatAreKept() throws IOException {
    for (Row row : tagger.rows("rows")) {
      String text = row.text("text");
      for (String keep : List.of("", "LOC", "PER,LOC")) {
        List<String> command = new ArrayList<>(List.of("redact", tagger.file(), text));
        command.add("--stride=" + (int) row.number("stride"));
        command.add("--aggregation=" + row.text("aggregation"));
        if (!keep.isEmpty()) {
          command.add("--keep=" + keep);
        }
        List<String> kept = List.of(keep.split(","));
        List<Row> replaced =
            row.rows("entities").stream().filter(e -> !kept.contains(e.text("label"))).toList();
        StringBuilder expected = new StringBuilder(text);
        for (int i = replaced.size() - 1; i >= 0; i--) {
          Row span = replaced.get(i);
          expected.replace(
              (int) span.number("start"), (int) span.number("end"), "[" + span.text("label") + "]");
        }
        assertThat(CommandRun.of(command.toArray(String[]::new)).out()).isEqualTo(expected + "\n");
        command.add("--json");
        Row json = RecordedTask.answers(command.toArray(String[]::new)).get(0);
        assertThat(json.text("redacted")).isEqualTo(expected.toString());
        assertThat(json.text("text")).isEqualTo(text);
        assertThat(places(json.rows("entities"))).isEqualTo(places(replaced));
      }
    }
  }

  @Test
  void withoutAStrideTheWholeTextIsRead() throws IOException {
    String text = tagger.rows("rows").get(0).text("text");
    List<Row> spans =
        RecordedTask.answers("redact", tagger.file(), text, "--json").get(0).rows("entities");
    assertThat(spans.get(spans.size() - 1).number("end")).isGreaterThan(0.9 * text.length());
    assertThat(CommandRun.of("redact", tagger.file(), "").out()).isEqualTo("\n");
  }

  @Test
  void aLabelThatTheModelLacksCannotBeKept() {
    CommandRun run = CommandRun.of("redact", tagger.file(), "ada", "--keep", "B-PER");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("\"B-PER\" is to be kept", "[LOC, PER]");
  }

  @Test
  void aStrideThatLeavesNoRoomIsRefused() {
    CommandRun run = CommandRun.of("classify", tagger.file(), "ada ".repeat(60), "--stride", "31");
    assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("stride of 31").hasLineCount(3);
    assertThat(CommandRun.of("redact", tagger.file(), "a", "--stride=-1").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(CommandRun.of("redact", tagger.file(), "a", "--aggregation=none").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aFileOfAnotherTaskNamesTheCommandThatFits() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    CommandRun run = CommandRun.of("redact", file, "a text");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("litegraft embed");
  }
}
