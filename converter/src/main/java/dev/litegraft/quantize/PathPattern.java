package dev.litegraft.quantize;

import dev.litegraft.error.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pattern over paths of modules: {@code *} stands for any characters, {@code |} separates
 * alternatives, everything else for itself; it fits whole paths. {@code score|model.layers.0.*}.
 */
final class PathPattern {
  private final String text;
  private final String where;
  private final List<String[]> alternatives;

  private PathPattern(String text, String where) {
    this.text = text;
    this.where = where;
    this.alternatives = split(text).map(alternative -> alternative.split("\\*", -1)).toList();
  }

  private static Stream<String> split(String text) {
    return Arrays.stream(text.split("\\|", -1)).map(String::strip);
  }

  /**
   * @param where it is from, for messages: {@code --keep-float}
   * @throws InvalidRequestException if an alternative is empty
   */
  static PathPattern of(String text, String where) {
    if (split(text).anyMatch(String::isEmpty)) {
      throw new InvalidRequestException(
          "the pattern \"" + text + "\" has an empty alternative",
          where,
          "paths of modules, of which * stands for any part: score|model.layers.0.*");
    }
    return new PathPattern(text, where);
  }

  /** Whether it fits the whole path. */
  boolean fits(String path) {
    return alternatives.stream().anyMatch(parts -> fits(parts, path));
  }

  /** Each part where it is found first: with stars alone, no later place fits where that fails. */
  private static boolean fits(String[] parts, String path) {
    String first = parts[0];
    String last = parts[parts.length - 1];
    if (parts.length == 1) {
      return path.equals(first);
    }
    int end = path.length() - last.length();
    if (!path.startsWith(first) || !path.endsWith(last) || end < first.length()) {
      return false;
    }
    int at = first.length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = path.indexOf(parts[i], at);
      if (found < 0 || found + parts[i].length() > end) {
        return false;
      }
      at = found + parts[i].length();
    }
    return true;
  }

  /** A pattern each. */
  List<PathPattern> alternatives() {
    return split(text).map(alternative -> new PathPattern(alternative, where)).toList();
  }

  /** Where it is from. */
  String where() {
    return where;
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
