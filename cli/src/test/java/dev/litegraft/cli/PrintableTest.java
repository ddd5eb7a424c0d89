package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void hangulAndHanTakeTwoColumns() {
    assertThat(Printable.width("영화 movie 映画 ﬁlm")).isEqualTo(4 + 1 + 5 + 1 + 4 + 1 + 3);
  }

  @Test
  void combiningMarksTakeNone() {
    assertThat(Printable.width("e\u0301")).isEqualTo(1);
  }

  @Test
  void aTextIsCutAtTheColumnBeforeAWideCharacter() {
    assertThat(Printable.line("영화영화", 4)).isEqualTo("영…");
    assertThat(Printable.line("영화", 4)).isEqualTo("영화");
  }

  @Test
  void whatCouldSteerATerminalBecomesSpaces() {
    assertThat(Printable.line("a\u001b[31mb\nc\u202ed")).isEqualTo("a [31mb c d");
  }

  @Test
  void unitsChangeWhereTheNumberWouldBeRoundedUp() {
    assertThat(Units.bytes(1023)).isEqualTo("1023 B");
    assertThat(Units.bytes((1 << 20) - 1)).isEqualTo("1.0 MiB");
    assertThat(Units.bytes(138_000_000)).isEqualTo("131.6 MiB");
    assertThat(Units.count(9_999)).isEqualTo("9999");
    assertThat(Units.count(134_515_008)).isEqualTo("134.5 M");
  }
}
