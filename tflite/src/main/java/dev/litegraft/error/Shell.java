package dev.litegraft.error;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Command lines as messages show them. Whoever reads one pastes it; what a stranger called his
 * folder must not be run then: {@code $(…)}, quotes, a name that begins with a dash.
 */
public final class Shell {
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*");
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int DELETE = 0x7F;
  private static final int LAST_CONTROL = 0x9F;

  private Shell() {}

  /**
   * A text as one word of a command line. A name that begins with a dash is no option behind {@code
   * ./}. Control characters, which a terminal does not show, are written as bash and zsh read them,
   * {@code $'\n'}. On Windows, where cmd and PowerShell agree on little, what none of them may see
   * is left to the reader: {@code NAME}.
   */
  public static String word(String text) {
    return System.getProperty("os.name", "").startsWith("Windows") ? windows(text) : posix(text);
  }

  static String windows(String text) {
    String name = text.startsWith("-") ? ".\\" + text : text;
    if (PLAIN.matcher(name.replace('\\', '/')).matches()) {
      return name;
    }
    boolean expands = name.codePoints().anyMatch(c -> c == '"' || c == '$' || c == '`' || c == '%');
    return expands || name.codePoints().anyMatch(Shell::isControl) ? "NAME" : '"' + name + '"';
  }

  static String posix(String text) {
    String name = text.startsWith("-") ? "./" + text : text;
    if (PLAIN.matcher(name).matches()) {
      return name;
    }
    if (name.codePoints().noneMatch(Shell::isControl)) {
      return "'" + name.replace("'", "'\\''") + "'";
    }
    StringBuilder word = new StringBuilder("$'");
    name.codePoints()
        .forEach(
            c -> {
              if (isControl(c)) {
                word.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                word.append(c == '\'' || c == '\\' ? "\\" : "").appendCodePoint(c);
              }
            });
    return word.append("'").toString();
  }

  private static boolean isControl(int c) {
    return c < FIRST_PRINTABLE
        || (c >= DELETE && c <= LAST_CONTROL)
        || Character.getType(c) == Character.LINE_SEPARATOR
        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
        || Character.getType(c) == Character.FORMAT
        || Character.getType(c) == Character.SURROGATE;
  }

  /**
   * A line that runs a program in Python.
   *
   * @param program holds no text of strangers, and no quotes, which shells do not agree on; it
   *     reads them as {@code sys.argv[1]} and following
   */
  public static String python(String program, String... arguments) {
    StringBuilder line = new StringBuilder("python -c ").append(word(program));
    for (String argument : arguments) {
      line.append(' ').append(word(argument));
    }
    return line.toString();
  }
}
