package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one of many texts: an answer, or why there is none. One of both is there.
 *
 * @param <T> a text, or a pair of texts
 * @param <A> an answer
 * @param index of the text in its stream, from 0
 * @param text what was asked
 * @param answer what the model says of it
 * @param fault why it could not be answered
 */
public record Outcome<T, A>(
    long index, T text, Optional<A> answer, Optional<InvalidInputException> fault) {
  public Outcome {
    Objects.requireNonNull(text, "text");
    if (answer.isPresent() == fault.isPresent()) {
      throw new IllegalArgumentException("an answer or a fault, not " + answer + " and " + fault);
    }
  }

  static <T, A> Outcome<T, A> answered(long index, T text, A answer) {
    return new Outcome<>(index, text, Optional.of(answer), Optional.empty());
  }

  static <T, A> Outcome<T, A> faulty(long index, T text, InvalidInputException fault) {
    return new Outcome<>(index, text, Optional.empty(), Optional.of(fault));
  }

  /**
   * The answer.
   *
   * @throws InvalidInputException if there is none
   */
  public A orThrow() {
    return answer.orElseThrow(fault::orElseThrow);
  }
}
