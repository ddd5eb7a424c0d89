package dev.litegraft.runtime;

import java.util.List;

/**
 * A text of which spans are replaced.
 *
 * @param redacted the text; each span that was replaced is its label in brackets: {@code [PER]}
 * @param entities the spans that were replaced, in the order of the text; {@code start} and {@code
 *     end} are places in the original text
 * @param tokens how many tokens the model read, those of pieces that overlap as often as they were
 * @param milliseconds tokenizing and running, without waiting for other calls to begin
 */
public record RedactedText(
    String redacted, List<Entity> entities, int tokens, double milliseconds) {
  public RedactedText {
    entities = List.copyOf(entities);
  }
}
