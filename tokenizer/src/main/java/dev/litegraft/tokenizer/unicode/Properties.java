package dev.litegraft.tokenizer.unicode;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties of code points that patterns ask for, as the native library's pattern engine has
 * them (Oniguruma 6.9.10, Unicode 16.0).
 */
public final class Properties {
  /** General categories in the order of {@link #category}; 0 is unassigned, Cn. */
  public static final int LU = 1;

  /** Ll. */
  public static final int LL = 2;

  /** Lt. */
  public static final int LT = 3;

  /** Lm. */
  public static final int LM = 4;

  /** Lo. */
  public static final int LO = 5;

  /** Mn; Mc and Me follow. */
  public static final int MN = 6;

  /** Me. */
  public static final int ME = 8;

  /** Nd; Nl and No follow. */
  public static final int ND = 9;

  /** No. */
  public static final int NO = 11;

  /** Pc; Pd, Ps, Pe, Pi, Pf and Po follow. */
  public static final int PC = 12;

  /** Po. */
  public static final int PO = 18;

  /** Sm; Sc, Sk and So follow. */
  public static final int SM = 19;

  /** So. */
  public static final int SO = 22;

  private static final PointTable CATEGORIES =
      new PointTable.Builder().changes(Tables.section("pattern.category")).build();

  private Properties() {}

  /** The general category by its number, from {@link #LU} to 29 (Co), 0 for unassigned. */
  public static int category(int point) {
    return CATEGORIES.at(point);
  }

  /**
   * The code points of a property as a list of first and last, first and last …, or null if there
   * is none of that name. Case, spaces, hyphens and underscores of the name do not matter.
   */
  public static int @Nullable [] ranges(String name) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 0x80) {
        return null;
      }
      if (c != ' ' && c != '-' && c != '_') {
        plain.append(c);
      }
    }
    Integer number = Names.NUMBERS.get(plain.toString().toLowerCase(Locale.ROOT));
    return number == null ? null : Tables.section("property." + number);
  }

  /**
   * The code points of a type of one character: {@code \w}, {@code \s}, {@code \d}; W for {@code
   * \w} inside brackets, which leaves out the small numbers of Latin-1.
   */
  public static int[] type(char letter) {
    return Tables.section(letter == 'W' ? "pattern.[\\w]" : "pattern.\\" + letter);
  }

  /** The other single code points that a code point stands for where case is ignored. */
  public static int[] equals(int point) {
    return Folds.SINGLE.getOrDefault(point, Folds.NONE);
  }

  /** All code points that {@link #equals} knows. */
  public static int[] folded() {
    return Folds.SINGLE_POINTS;
  }

  /** All code points that {@link #longFold} knows. */
  public static int[] longFolded() {
    return Folds.LONG_POINTS;
  }

  /** The folded code points, two or three, that a single one stands for; empty for most. */
  public static int[] longFold(int point) {
    return Folds.LONG.getOrDefault(point, Folds.NONE);
  }

  private static final class Names {
    static final Map<String, Integer> NUMBERS = new HashMap<>();

    static {
      int[] chars = Tables.section("property.names");
      String text = new String(chars, 0, chars.length);
      int begin = 0;
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
        int space = text.indexOf(' ', begin);
        NUMBERS.put(text.substring(begin, space), Integer.valueOf(text.substring(space + 1, end)));
        begin = end + 1;
      }
    }
  }

  private static final class Folds {
    static final int[] NONE = {};
    static final Map<Integer, int[]> SINGLE = mappings(Tables.section("pattern.fold"));
    static final Map<Integer, int[]> LONG = mappings(Tables.section("pattern.longFold"));
    static final int[] SINGLE_POINTS = points(SINGLE);
    static final int[] LONG_POINTS = points(LONG);

    private static int[] points(Map<Integer, int[]> folds) {
      int[] points = new int[folds.size()];
      int i = 0;
      for (int point : folds.keySet()) {
        points[i++] = point;
      }
      Arrays.sort(points);
      return points;
    }

    private static Map<Integer, int[]> mappings(int[] section) {
      Map<Integer, int[]> mappings = new HashMap<>();
      for (int i = 0; i < section.length; i += 2 + section[i + 1]) {
        mappings.put(section[i], Arrays.copyOfRange(section, i + 2, i + 2 + section[i + 1]));
      }
      return mappings;
    }
  }
}
