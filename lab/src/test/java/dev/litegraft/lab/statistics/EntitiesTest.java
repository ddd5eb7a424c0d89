package dev.litegraft.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.lab.statistics.Entities.Scheme;
import dev.litegraft.lab.statistics.Entities.Span;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables worked by hand after the rules that seqeval 1.2.2 documents. */
class EntitiesTest {
  private static List<String> tags(String text) {
    return Arrays.asList(text.split(" "));
  }

  private static String shown(List<Span> spans) {
    return String.join(
        " ", spans.stream().map(s -> s.type() + ":" + s.first() + "-" + s.last()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "none",
      value = {
        // tags; default; strict IOB2
        "B-PER I-PER O B-LOC; PER:0-1 LOC:3-3; PER:0-1 LOC:3-3",
        "I-PER I-PER O; PER:0-1; none", // I begins where nothing did: only by default
        "B-PER I-LOC; PER:0-0 LOC:1-1; PER:0-0", // another type goes on with nothing
        "B-PER B-PER; PER:0-0 PER:1-1; PER:0-0 PER:1-1",
        "O I-LOC B-LOC I-LOC; LOC:1-1 LOC:2-3; LOC:2-3",
        "B-PER O I-PER; PER:0-0 PER:2-2; PER:0-0",
        "O O O; none; none",
        "B-MISC-X I-MISC-X; MISC-X:0-1; MISC-X:0-1", // a hyphen within a type
        "B I O; _:0-1; _:0-1", // no type at all
        "E-PER B-PER; PER:0-0 PER:1-1; PER:1-1"
      })
  void iob2(String tags, String lenient, String strict) {
    assertThat(shown(Entities.lenient(tags(tags)))).isEqualTo(lenient == null ? "" : lenient);
    assertThat(shown(Entities.strict(tags(tags), Scheme.IOB2)))
        .isEqualTo(strict == null ? "" : strict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "none",
      value = {
        "B-PER I-PER E-PER S-LOC; PER:0-2 LOC:3-3; PER:0-2 LOC:3-3",
        "B-PER I-PER O; PER:0-1; none", // never ended
        "B-PER E-LOC; PER:0-0 LOC:1-1; none",
        "S-PER S-PER; PER:0-0 PER:1-1; PER:0-0 PER:1-1",
        "E-PER E-PER; PER:0-0 PER:1-1; none",
        "S-PER I-PER; PER:0-0 PER:1-1; PER:0-0"
      })
  void iobes(String tags, String lenient, String strict) {
    assertThat(shown(Entities.lenient(tags(tags)))).isEqualTo(lenient);
    assertThat(shown(Entities.strict(tags(tags), Scheme.IOBES)))
        .isEqualTo(strict == null ? "" : strict);
  }

  @Test
  void theSchemeIsThatOfTheLabels() {
    assertThat(Scheme.of(List.of("O", "B-X", "I-X"))).isEqualTo(Scheme.IOB2);
    assertThat(Scheme.of(List.of("O", "B-X", "I-X", "E-X", "S-X"))).isEqualTo(Scheme.IOBES);
    assertThat(Scheme.of(List.of("O", "B-X", "I-X", "L-X", "U-X"))).isEqualTo(Scheme.BILOU);
  }

  @Test
  void f1CountsEntitiesOfAllSentences() {
    // Two of three entities there are, of four that were answered: 2 · 2 / (3 + 4).
    Entities.Score one =
        Entities.Score.of(
            Entities.lenient(tags("B-A O B-B")), Entities.lenient(tags("B-A B-C B-B")));
    Entities.Score two =
        Entities.Score.of(Entities.lenient(tags("B-A I-A")), Entities.lenient(tags("B-A O")));
    assertThat(one).isEqualTo(new Entities.Score(2, 3, 2));
    assertThat(two).isEqualTo(new Entities.Score(0, 1, 1));
    assertThat(Entities.f1(List.of(one, two), new int[] {1, 1})).isCloseTo(4 / 7.0, within(1e-15));
    assertThat(Entities.f1(List.of(one, two), new int[] {0, 2})).isZero();
  }
}
