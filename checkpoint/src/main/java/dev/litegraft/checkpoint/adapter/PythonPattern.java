package dev.litegraft.checkpoint.adapter;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression that a config holds, for module names; it cannot run for ever. */
final class PythonPattern {
  /** Far more than any sensible expression looks at for a name of some fifty letters. */
  private static final int MAX_STEPS = 200_000;

  private final Pattern pattern;
  private final String text;
  private final String where;

  private PythonPattern(Pattern pattern, String text, String where) {
    this.pattern = pattern;
    this.text = text;
    this.where = where;
  }

  /**
   * @param regex as the config has it
   * @param frame the expression around it, {@code %s} in its place
   * @throws InvalidCheckpointException if it is none
   */
  static PythonPattern of(String regex, String frame, String where) {
    try {
      return new PythonPattern(Pattern.compile(frame.replace("%s", regex)), regex, where);
    } catch (PatternSyntaxException e) {
      throw new InvalidCheckpointException(
          Json.show(regex) + " is no regular expression: " + e.getDescription(),
          where,
          "in a copy of the adapter's folder, correct the expression, or replace it by a list of"
              + " module names");
    }
  }

  /** Whether the expression matches the whole of a name. */
  boolean matches(String name) {
    try {
      Matcher matcher = pattern.matcher(new Counted(name, new int[1]));
      return matcher.matches();
    } catch (TooLong | StackOverflowError e) {
      throw new InvalidCheckpointException(
          "the expression " + Json.show(text) + " takes too long for the module " + name,
          where,
          "replace it by a list of module names");
    }
  }

  /** Thrown out of the matcher when it has looked at too many letters. */
  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLong() {
      super("too many steps", null, false, false);
    }
  }

  /** A text that counts how often its letters are looked at. */
  private record Counted(String text, int[] steps) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw new TooLong();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.substring(start, end), steps);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
