package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import java.util.List;
import java.util.Objects;

/**
 * A query, and the texts that are to be ordered by how well they answer it.
 *
 * @param query what is asked
 * @param texts at least one
 */
public record QueryTexts(String query, List<String> texts) {
  /**
   * Nothing may be null.
   *
   * @throws InvalidRequestException if there are no texts
   */
  public QueryTexts {
    Objects.requireNonNull(query, "query");
    texts = List.copyOf(texts);
    if (texts.isEmpty()) {
      throw new InvalidRequestException(
          "there are no texts to order", "the query \"" + query + "\"", "give at least one text");
    }
  }
}
