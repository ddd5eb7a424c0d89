package dev.litegraft.tokenizer.unicode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class WhiteSpaceTest {
  /** Python 3.12: {@code [hex(c) for c in range(0x110000) if not chr(c).strip()]}. */
  private static final int[] PYTHON = {
    0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001,
    0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f,
    0x205f, 0x3000
  };

  @Test
  void exactlyThatOfPythonIsTakenOff() {
    BitSet stripped = new BitSet();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String space = Character.toString(c);
      String text = WhiteSpace.strip(space + "a" + space + "b" + space);
      if (text.equals("a" + space + "b")) {
        stripped.set(c);
      } else {
        assertThat(text).isEqualTo(space + "a" + space + "b" + space);
      }
    }
    assertThat(stripped.stream())
        .containsExactly(Arrays.stream(PYTHON).boxed().toArray(Integer[]::new));
  }

  @Test
  void aTextOfNothingElseIsEmpty() {
    assertThat(WhiteSpace.strip("\u3000 \t")).isEmpty();
    assertThat(WhiteSpace.strip("")).isEmpty();
    assertThat(WhiteSpace.strip("a")).isEqualTo("a");
  }
}
