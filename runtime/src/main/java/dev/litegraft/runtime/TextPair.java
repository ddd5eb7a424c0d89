package dev.litegraft.runtime;

import java.util.Objects;

/**
 * Two texts that a model reads together: a premise and a hypothesis, a query and a passage.
 *
 * @param first the text that comes first, as in training
 * @param second the text that it is paired with
 */
public record TextPair(String first, String second) {
  /** Neither may be null. */
  public TextPair {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
  }
}
