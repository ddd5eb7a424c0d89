package dev.litegraft.tokenizer.unicode;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.Observed;
import java.util.BitSet;
import java.util.Map;

/**
 * The classes of grapheme clusters, as the Precompiled normalizer shows them: it takes a cluster of
 * less than six bytes as a whole, and all longer ones code point by code point.
 *
 * <p>With a charsmap that turns whatever it is given into one {@code X}, the number of X tells
 * whether the code points of a text stood in one cluster: 5 bytes are one X, 6 are as many X as
 * code points.
 */
final class ObservedClusters {
  private final NativeTokenizer tokenizer;
  private final Map<String, int[]> sections;

  private ObservedClusters(NativeTokenizer tokenizer, Map<String, int[]> sections) {
    this.tokenizer = tokenizer;
    this.sections = sections;
  }

  static void observe(Map<String, int[]> sections) {
    try (NativeTokenizer tokenizer = Observed.normalizer(Observed.clustersToX())) {
      new ObservedClusters(tokenizer, sections).observe();
    }
  }

  private void observe() {
    BitSet extend = counted("a%s", 1);
    BitSet prepend = counted("%sa", 1);
    // Behind a control character two marks of two bytes are a cluster of their own.
    BitSet control = counted("%s\u0301\u0301", 2);
    control.clear(0, 0x10000);
    BitSet small = counted("%s\u0301", 2);
    small.clear(0x10000, 0x110000);
    control.or(small);
    control.set(0);
    BitSet pictograph = counted("\u00a9\u200d%s\u0301", 4);
    pictograph.andNot(extend);
    BitSet consonant = counted("%s\u094d\u0915\u0301", 4);
    consonant.andNot(prepend);
    BitSet leftOfV = counted("%s\u1160\u0301", 3);
    leftOfV.andNot(prepend);
    BitSet leftOfT = counted("%s\u11a8\u0301", 3);
    leftOfT.andNot(prepend);
    put("extend", extend);
    put("prepend", prepend);
    put("control", control);
    put("pictograph", pictograph);
    put("consonant", consonant);
    put("leftOfV", leftOfV);
    put("leftOfT", leftOfT);
    put("extendBeforeJoiner", and(counted("\u00a9%s\u200d\u263a\u0301", 5), extend));
    put("linker", and(counted("\u0915%s\u0915\u0301", 4), extend));
    put("extendInConjunct", and(counted("\u0915%s\u094d\u0915\u0301", 5), extend));
  }

  private static BitSet and(BitSet a, BitSet b) {
    a.and(b);
    return a;
  }

  private void put(String name, BitSet set) {
    sections.put("cluster." + name, Observed.ranges(set::get));
  }

  /** The code points with which a text comes out in so many parts. */
  private BitSet counted(String form, int parts) {
    BitSet set = new BitSet();
    for (int c = 1; c < 0x110000; c++) {
      if (Observed.scalar(c)) {
        String text = form.replace("%s", Character.toString(c));
        if (Observed.normalized(tokenizer, text).length() == parts) {
          set.set(c);
        }
      }
    }
    return set;
  }
}
