package dev.litegraft.lab.architecture;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;

/** Token ids for tests of equivalences. */
final class Texts {
  /** Two forward passes of f32 over the same numbers in another order. */
  static final Offset<Float> SAME = Offset.offset(5e-5f);

  private Texts() {}

  /** Ids from 3 to 255, the same every time. */
  static int[] ofLength(int tokens) {
    return new Random(tokens).ints(tokens, 3, 256).toArray();
  }

  /** The end of a text. */
  static int[] last(int tokens, int[] text) {
    return Arrays.copyOfRange(text, text.length - tokens, text.length);
  }
}
