package dev.litegraft.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and what is said of them, one a line under a heading. */
final class Listing {
  private static final String INDENT = "  ";

  private final String heading;
  private final Map<String, String> facts = new LinkedHashMap<>();

  Listing(String heading) {
    this.heading = Printable.line(heading);
  }

  /** Adds a line. */
  Listing add(String name, String fact) {
    facts.put(name, Printable.line(fact));
    return this;
  }

  /** Prints the heading and the lines. */
  void print(Results out) throws IOException {
    int width = facts.keySet().stream().mapToInt(Printable::width).max().orElse(0);
    out.line(out.bold(heading));
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      out.line(INDENT + Printable.padded(fact.getKey(), width) + INDENT + fact.getValue());
    }
  }
}
