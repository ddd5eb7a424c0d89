package dev.litegraft.graph;

import dev.litegraft.error.LitegraftException;

/**
 * A graph that breaks a rule of its operators: a fault of Litegraft's, never of the user's input.
 */
public final class GraphException extends LitegraftException {
  private static final long serialVersionUID = 1L;

  GraphException(String what, String where) {
    super(
        what,
        where,
        "this is a fault of Litegraft's: please report it with the checkpoint's config.json");
  }

  /** The same fault, found after a pass over the graph. */
  public GraphException after(String pass) {
    GraphException after =
        new GraphException(what(), where() + ", after the pass \"" + pass + "\"");
    after.initCause(this);
    return after;
  }
}
