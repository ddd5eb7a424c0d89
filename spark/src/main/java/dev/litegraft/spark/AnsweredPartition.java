package dev.litegraft.spark;

import dev.litegraft.runtime.Outcome;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with their answers. All of its texts go through one stream of the
 * runtime, which reads on the task's thread, at most two windows ahead (1,024 texts or about four
 * million characters each), and answers on its own threads meanwhile. So memory does not grow with
 * the partition, and the interpreter is never idle while Spark reads or writes rows.
 */
final class AnsweredPartition implements Iterator<Row> {
  /** More rows without a text than this are not held one behind the other. */
  private static final int MOST_NULLS = 4096;

  private final AnsweredRows how;
  private final Answering.Answers model;
  private final Iterator<Row> rows;
  private final @Nullable TaskContext task = TaskContext.get();

  /** Rows that were read and are not answered, in order. */
  private final ArrayDeque<Row> waiting = new ArrayDeque<>();

  private @Nullable Stream<Outcome<String, Object[]>> stream;
  private @Nullable Iterator<Outcome<String, Object[]>> answers;
  private @Nullable String text;
  private int nulls;
  private @Nullable Row next;

  AnsweredPartition(AnsweredRows how, Answering.Answers model, Iterator<Row> rows) {
    this.how = how;
    this.model = model;
    this.rows = rows;
    if (task != null) {
      // A limit may end the task before the rows do.
      TaskCompletionListener ended = context -> close();
      task.addTaskCompletionListener(ended);
    }
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      if (task != null) {
        task.killTaskIfInterrupted();
      }
      Row row = waiting.peek();
      if (row == null) {
        if (!readsOn()) {
          return false;
        }
      } else if (how.text(row) == null) {
        waiting.remove();
        nulls--;
        next = how.answered(row, Optional.empty(), Optional.of(how.none())).orElse(null);
      } else {
        Outcome<String, Object[]> outcome = asked().next();
        waiting.remove();
        next = how.answered(row, outcome.answer(), outcome.fault()).orElse(null);
      }
    }
    return true;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = Objects.requireNonNull(next);
    next = null;
    return row;
  }

  /** Whether another row waits now. */
  private boolean readsOn() {
    if (rows.hasNext() && asked().hasNext()) { // That reads the rows.
      return true;
    }
    close(); // Behind so many nulls the next texts are another stream.
    return !waiting.isEmpty();
  }

  private Iterator<Outcome<String, Object[]>> asked() {
    if (answers == null) {
      stream =
          model.answer(
              StreamSupport.stream(
                  Spliterators.spliteratorUnknownSize(new Texts(), Spliterator.ORDERED), false));
      answers = stream.iterator();
    }
    return answers;
  }

  private void close() {
    if (stream != null) {
      stream.close();
      stream = null;
      answers = null;
    }
  }

  /** The texts of the rows, each of which waits from then on for its answer. */
  private final class Texts implements Iterator<String> {
    @Override
    public boolean hasNext() {
      while (text == null && nulls < MOST_NULLS && rows.hasNext()) {
        Row row = rows.next();
        waiting.add(row);
        text = how.text(row);
        nulls += text == null ? 1 : 0;
      }
      return text != null;
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      String found = Objects.requireNonNull(text);
      text = null;
      return found;
    }
  }
}
