package dev.litegraft.quantize;

import dev.litegraft.error.InvalidRequestException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pattern over paths of modules: {@code *} stands for any characters, {@code |} separates
 * alternatives, everything else for itself; it fits whole paths. {@code score|model.layers.0.*}.
 */
final class PathPattern {
  private final String text;
  private final String where;
  private final Pattern pattern;

  private PathPattern(String text, String where) {
    this.text = text;
    this.where = where;
    this.pattern =
        Pattern.compile(
            split(text)
                .map(
                    alternative ->
                        Arrays.stream(alternative.split("\\*", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*")))
                .collect(Collectors.joining("|")));
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
    return pattern.matcher(path).matches();
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
