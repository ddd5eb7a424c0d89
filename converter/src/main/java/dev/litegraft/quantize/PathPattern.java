package dev.litegraft.quantize;

import dev.litegraft.error.InvalidInputException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A pattern over paths of modules: {@code *} stands for any characters, {@code |} separates
 * alternatives, everything else for itself; it fits whole paths. {@code score|model.layers.0.*}.
 */
final class PathPattern {
  private final String text;
  private final Pattern pattern;

  private PathPattern(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * @param where for messages: {@code --keep-float}
   * @throws InvalidInputException if an alternative is empty
   */
  static PathPattern of(String text, String where) {
    String[] alternatives = text.split("\\|", -1);
    if (Arrays.stream(alternatives).anyMatch(String::isBlank)) {
      throw new InvalidInputException(
          "the pattern \"" + text + "\" has an empty alternative",
          where,
          "paths of modules, of which * stands for any part: score|model.layers.0.*");
    }
    String regex =
        Arrays.stream(alternatives)
            .map(
                alternative ->
                    Arrays.stream(alternative.strip().split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")))
            .collect(Collectors.joining("|"));
    return new PathPattern(text, Pattern.compile(regex));
  }

  /** Whether it fits the whole path. */
  boolean fits(String path) {
    return pattern.matcher(path).matches();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
