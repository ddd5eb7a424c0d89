package dev.litegraft.spark;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.runtime.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Adds the answers to the rows of a partition, batch by batch, in their order. A batch has a
 * bounded number of rows and characters, so that memory does not grow with the partition; within
 * one, texts of equal length are answered together.
 *
 * @param input the index of the column with the texts
 * @param column its name, for errors
 * @param invalid what becomes of a row whose text is null or cannot be answered
 * @param tells whether a column at the end says why there is no answer
 */
record AnsweredRows(Answering answering, int input, String column, String invalid, boolean tells)
    implements MapPartitionsFunction<Row, Row> {
  /** The windows of one call of the runtime: 128, 256, 512 and 1024. */
  private static final int ROWS = 1920;

  private static final int CHARACTERS = 1 << 22;

  static final String ERROR = "error";
  static final String KEEP = "keep";
  static final String SKIP = "skip";

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    ArrayDeque<Row> ready = new ArrayDeque<>();
    Answering.Answers answers = answering.open();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        while (ready.isEmpty() && rows.hasNext()) {
          batch(answers, rows, ready);
        }
        return !ready.isEmpty();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.remove();
      }
    };
  }

  private void batch(Answering.Answers model, Iterator<Row> rows, ArrayDeque<Row> ready) {
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.killTaskIfInterrupted();
    }
    List<Row> batch = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    long characters = 0;
    while (batch.size() < ROWS && characters < CHARACTERS && rows.hasNext()) {
      Row row = rows.next();
      batch.add(row);
      if (!row.isNullAt(input)) {
        String text = row.getString(input);
        characters += text.length();
        texts.add(text);
      }
    }
    try (Stream<Outcome<String, Object[]>> answers = model.answer(texts.stream())) {
      Iterator<Outcome<String, Object[]>> next = answers.iterator();
      for (Row row : batch) {
        if (row.isNullAt(input)) {
          add(row, Optional.empty(), none(), ready);
        } else {
          Outcome<String, Object[]> outcome = next.next();
          add(row, outcome.answer(), outcome.fault().orElse(null), ready);
        }
      }
    }
  }

  private InvalidInputException none() {
    return new InvalidRequestException(
        "the text is null",
        "column " + column,
        "handleInvalid=keep or skip, or a filter before it");
  }

  private void add(
      Row row,
      Optional<Object[]> answer,
      @Nullable InvalidInputException fault,
      ArrayDeque<Row> ready) {
    if (answer.isEmpty() && invalid.equals(ERROR)) {
      throw fault == null ? none() : fault;
    }
    if (answer.isEmpty() && invalid.equals(SKIP)) {
      return;
    }
    int there = row.size();
    int added = answering.columns().length;
    @Nullable Object[] values = new Object[there + added + (tells ? 1 : 0)];
    Arrays.setAll(values, i -> i < there ? row.get(i) : null);
    answer.ifPresent(found -> System.arraycopy(found, 0, values, there, added));
    if (tells && fault != null) {
      values[there + added] = fault.what() + " (" + fault.where() + ")";
    }
    ready.add(RowFactory.create(values));
  }
}
