package dev.litegraft.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Where each code point of a text begins, in UTF-16 units: Rust counts the former, Java the latter.
 */
final class CodePoints {
  private final int @Nullable [] units;

  private CodePoints(int @Nullable [] units) {
    this.units = units;
  }

  static CodePoints of(String text) {
    int count = text.codePointCount(0, text.length());
    if (count == text.length()) {
      return new CodePoints(null);
    }
    int[] units = new int[count + 1];
    int unit = 0;
    for (int i = 0; i < count; i++) {
      units[i] = unit;
      unit += Character.charCount(text.codePointAt(unit));
    }
    units[count] = unit;
    return new CodePoints(units);
  }

  /** The index in UTF-16 units of a code point's index. */
  int unit(int codePoint) {
    return units == null ? codePoint : units[codePoint];
  }
}
