package dev.litegraft.layer;

import dev.litegraft.facts.Task;
import java.util.Optional;

/**
 * What a forward pass reads.
 *
 * @param ids token ids, [b, t]
 * @param attended 1 for tokens, 0 for padding, f32 [b, t]
 * @param tokenTypes token type ids [b, t], for models that have them
 * @param task what is asked of the model
 * @param selection the one token whose hidden state is read, as weights [b, 1, t]; absent where all
 *     are. A family computes its last layer for this token only, and then returns [b, 1, d]
 */
public record Inputs<T>(
    T ids, T attended, Optional<T> tokenTypes, Task task, Optional<T> selection) {
  /** The same inputs, of which only the selected token is read. */
  public Inputs<T> reading(T selected) {
    return new Inputs<>(ids, attended, tokenTypes, task, Optional.of(selected));
  }

  /** The same inputs with these types of tokens, [b, t]. */
  public Inputs<T> withTypes(T types) {
    return new Inputs<>(ids, attended, Optional.of(types), task, selection);
  }
}
