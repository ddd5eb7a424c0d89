package dev.litegraft.serve;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A text that waits alone is answered soonest by one call with all threads. */
final class Lone {
  private Lone() {}

  static <T, A> List<Outcome<T, A>> answer(T text, Function<T, A> ask) {
    try {
      return List.of(new Outcome<>(0, text, Optional.of(ask.apply(text)), Optional.empty()));
    } catch (InvalidInputException e) {
      return List.of(new Outcome<>(0, text, Optional.empty(), Optional.of(e)));
    }
  }
}
