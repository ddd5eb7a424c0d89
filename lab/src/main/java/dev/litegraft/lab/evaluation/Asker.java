package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.evaluation.Task.Reply;
import dev.litegraft.runtime.Outcome;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** One file, open. */
interface Asker extends AutoCloseable {
  /** What becomes of rows. */
  interface Replies {
    /** A row was answered; told in the order of the rows, on one thread. */
    void told(Reply reply);

    /** What to throw of a row that cannot be asked. */
    InvalidInputException fault(DataRow row, InvalidInputException fault);
  }

  /** Asks an item by itself, and keeps the answer. */
  Reply ask(int index, List<DataRow> item);

  /**
   * Asks all items as fast as the runtime answers many texts, and keeps the answers.
   *
   * @param items in their order
   */
  void askAll(Stream<List<DataRow>> items, Replies replies);

  /** What was answered, once all was asked. */
  Task.Answers answers();

  @Override
  void close();

  /** The only row of each item. */
  static Stream<DataRow> rows(Stream<List<DataRow>> items) {
    return items.map(item -> item.get(0));
  }

  /**
   * What is asked, from the one who reads it to the runtime and back, in its order.
   *
   * @param text what the runtime reads of it
   * @param runtime answers many texts, in their order
   * @param kept receives each with its answer
   * @param fault what to throw of one that cannot be answered
   */
  static <R, T, A> void ask(
      Stream<R> asked,
      Function<R, T> text,
      Function<Stream<T>, Stream<Outcome<T, A>>> runtime,
      BiConsumer<R, A> kept,
      Function<R, Function<InvalidInputException, InvalidInputException>> fault) {
    Queue<R> ahead = new ArrayDeque<>();
    Stream<T> texts =
        asked.map(
            one -> {
              ahead.add(one);
              return text.apply(one);
            });
    try (Stream<Outcome<T, A>> outcomes = runtime.apply(texts)) {
      outcomes.forEachOrdered(
          outcome -> {
            R one = ahead.remove();
            try {
              kept.accept(one, outcome.orThrow());
            } catch (InvalidInputException e) {
              throw fault.apply(one).apply(e);
            }
          });
    }
  }
}
