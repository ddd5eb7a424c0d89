package dev.litegraft.cli;

/**
 * What the output goes to.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 * @param colour whether a terminal wants colours
 */
record Terminal(boolean out, boolean err, boolean colour) {
  /** Files and pipes. */
  static final Terminal NONE = new Terminal(false, false, false);

  /**
   * What the launcher says ({@code -Dlitegraft.terminal=out,err}); Java cannot tell the two apart.
   */
  static Terminal detect() {
    String terminals = System.getProperty("litegraft.terminal", "");
    return new Terminal(
        terminals.contains("out"),
        terminals.contains("err"),
        System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM")));
  }
}
