package dev.litegraft.serve;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.serve.Refusal.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;

/** Waits for answers. */
final class Asked {
  private Asked() {}

  /**
   * The answers to all texts of a request.
   *
   * @param places what the body calls each text, by its place in the request
   * @throws Refusal if one of them cannot be answered
   */
  static <T, A> List<A> all(
      CompletableFuture<List<Outcome<T, A>>> asked, IntFunction<String> places) {
    List<Outcome<T, A>> outcomes = outcomes(asked);
    List<A> answers = new ArrayList<>(outcomes.size());
    for (Outcome<T, A> one :
        outcomes) { // Its own index is its place in a batch of several requests.
      int place = answers.size();
      answers.add(
          one.answer().orElseThrow(() -> refused(one.fault().orElseThrow(), places.apply(place))));
    }
    return answers;
  }

  /** The places of a list. */
  static IntFunction<String> list(String field) {
    return i -> field + "[" + i + "]";
  }

  private static <T, A> List<Outcome<T, A>> outcomes(CompletableFuture<List<Outcome<T, A>>> asked) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return asked.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) e.getCause(); // Of these the queue knows no other.
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What a fault is to the one who sent the request. */
  static Refusal refused(InvalidInputException fault) {
    return fault instanceof InvalidFileException
        ? Refusal.of(Kind.FAULT, fault.what())
        : Refusal.of(Kind.INVALID, fault.what() + "; " + fault.remedy());
  }

  /** What a text's fault is to the one who sent it. */
  private static Refusal refused(InvalidInputException fault, String field) {
    if (fault instanceof InvalidFileException) {
      return refused(fault);
    }
    String at = fault instanceof ServedReranker.QueryFault ? "query" : field;
    return Refusal.ofField(at, "`" + at + "`: " + fault.what() + "; " + fault.remedy());
  }
}
