package dev.litegraft.serve;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.serve.Refusal.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for answers. */
final class Asked {
  private Asked() {}

  /**
   * The answers to all texts of a request.
   *
   * @param field of the body that has the texts
   * @throws Refusal if one of them cannot be answered
   */
  static <T, A> List<A> all(CompletableFuture<List<Outcome<T, A>>> asked, String field) {
    return outcomes(asked).stream()
        .map(
            one ->
                one.answer()
                    .orElseThrow(
                        () -> refused(one.fault().orElseThrow(), field + "[" + one.index() + "]")))
        .toList();
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

  /** What a text's fault is to the one who sent it. */
  static RuntimeException refused(InvalidInputException fault, String field) {
    if (fault instanceof InvalidFileException) {
      return Refusal.of(Kind.FAULT, fault.what());
    }
    return Refusal.ofField(field, fault.what() + "; " + fault.remedy());
  }
}
