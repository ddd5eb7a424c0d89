package dev.litegraft.tokenizer.unicode;

/**
 * Extended grapheme clusters as the native library cuts them (unicode-segmentation 1.12, Unicode
 * Standard Annex 29), which its Precompiled normalizer looks at.
 */
public final class Graphemes {
  private static final int EXTEND = 1;
  private static final int PREPEND = 1 << 1;
  private static final int CONTROL = 1 << 2;
  private static final int PICTOGRAPH = 1 << 3;
  private static final int CONSONANT = 1 << 4;
  private static final int LEFT_OF_V = 1 << 5; // Hangul: L, V and LV
  private static final int LEFT_OF_T = 1 << 6; // Hangul: V, LV, T and LVT
  private static final int EXTEND_BEFORE_JOINER = 1 << 7;
  private static final int LINKER = 1 << 8;
  private static final int EXTEND_IN_CONJUNCT = 1 << 9;

  private static final int JOINER = 0x200d;

  private static final PointTable FLAGS =
      new PointTable.Builder()
          .set(Tables.section("cluster.extend"), EXTEND)
          .set(Tables.section("cluster.prepend"), PREPEND)
          .set(Tables.section("cluster.control"), CONTROL)
          .set(Tables.section("cluster.pictograph"), PICTOGRAPH)
          .set(Tables.section("cluster.consonant"), CONSONANT)
          .set(Tables.section("cluster.leftOfV"), LEFT_OF_V)
          .set(Tables.section("cluster.leftOfT"), LEFT_OF_T)
          .set(Tables.section("cluster.extendBeforeJoiner"), EXTEND_BEFORE_JOINER)
          .set(Tables.section("cluster.linker"), LINKER)
          .set(Tables.section("cluster.extendInConjunct"), EXTEND_IN_CONJUNCT)
          .build();

  private Graphemes() {}

  /** The end of the cluster that starts at {@code from}, which must be before {@code to}. */
  public static int next(int[] points, int from, int to) {
    int last = points[from];
    int at = from + 1;
    if (at == to || (last | points[at]) < 128) {
      return last == '\r' && at < to && points[at] == '\n' ? at + 1 : at;
    }
    int lastFlags = FLAGS.at(last);
    if ((lastFlags & CONTROL) != 0) {
      return at;
    }
    boolean pictograph = (lastFlags & PICTOGRAPH) != 0; // only extenders since
    boolean joined = false; // a joiner behind these
    boolean consonant = (lastFlags & CONSONANT) != 0;
    boolean linked = false;
    int flagsOfCountry = country(last) ? 1 : 0;
    while (at < to) {
      int point = points[at];
      int flags = FLAGS.at(point);
      if ((flags & CONTROL) != 0) {
        return at;
      }
      boolean joins =
          (flags & EXTEND) != 0
              || (lastFlags & PREPEND) != 0
              || hangul(lastFlags, point, flags)
              || (joined && (flags & PICTOGRAPH) != 0)
              || (linked && (flags & CONSONANT) != 0)
              || (flagsOfCountry % 2 == 1 && country(point));
      if (!joins) {
        return at;
      }
      joined = pictograph && point == JOINER;
      pictograph = (flags & PICTOGRAPH) != 0 || (pictograph && (flags & EXTEND_BEFORE_JOINER) != 0);
      linked =
          consonant && ((flags & LINKER) != 0 || (linked && (flags & EXTEND_IN_CONJUNCT) != 0));
      consonant =
          (flags & CONSONANT) != 0 || (consonant && (flags & (LINKER | EXTEND_IN_CONJUNCT)) != 0);
      flagsOfCountry = country(point) ? flagsOfCountry + 1 : 0;
      lastFlags = flags;
      at++;
    }
    return at;
  }

  /** Rules GB6 to GB8: syllables of Hangul, in letters or composed. */
  private static boolean hangul(int lastFlags, int point, int flags) {
    if ((lastFlags & (LEFT_OF_V | LEFT_OF_T)) == 0 || (flags & (LEFT_OF_V | LEFT_OF_T)) == 0) {
      return false;
    }
    boolean syllable = point >= 0xac00 && point <= 0xd7a3;
    boolean leading = (flags & LEFT_OF_T) == 0;
    boolean vowel = !syllable && (flags & LEFT_OF_V) != 0 && !leading;
    boolean trailing = !syllable && (flags & LEFT_OF_V) == 0;
    if ((lastFlags & LEFT_OF_T) == 0) {
      return leading || vowel || syllable;
    }
    return trailing || ((lastFlags & LEFT_OF_V) != 0 && vowel);
  }

  private static boolean country(int point) {
    return point >= 0x1f1e6 && point <= 0x1f1ff;
  }
}
