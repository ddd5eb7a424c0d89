package dev.litegraft.lab.report;

/** Text that comes from files, as a page may hold it. */
public final class Html {
  private Html() {}

  /** Without a character that a browser would read as markup, or that nothing can show. */
  public static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default ->
                    safe.appendCodePoint(
                        Character.isISOControl(c)
                                || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                                || Character.getType(c) == Character.FORMAT
                            ? 0xFFFD
                            : c);
              }
            });
    return safe.toString();
  }
}
