package dev.litegraft.spark;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Adds the answers to the rows of a partition, in their order.
 *
 * @param input where the texts are
 * @param invalid what becomes of a row whose text is null or cannot be answered
 * @param tells whether a column at the end says why there is no answer
 */
record AnsweredRows(Answering answering, TextColumn input, String invalid, boolean tells)
    implements MapPartitionsFunction<Row, Row> {
  static final String ERROR = "error";
  static final String KEEP = "keep";
  static final String SKIP = "skip";

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new AnsweredPartition(this, answering.open(), rows);
  }

  /** The text of a row. */
  @Nullable String text(Row row) {
    return input.of(row);
  }

  /** The fault of a row without a text. */
  InvalidInputException none() {
    return new InvalidRequestException(
        "the text is null",
        "column " + input.name(),
        "handleInvalid=keep or skip, or a filter before it");
  }

  /**
   * A row with its answer, or with nulls; none where it is to be left out.
   *
   * @throws InvalidInputException the fault, where faults end the job
   */
  Optional<Row> answered(
      Row row, Optional<Object[]> answer, Optional<InvalidInputException> fault) {
    if (answer.isEmpty() && invalid.equals(ERROR)) {
      throw fault.orElseGet(this::none);
    }
    if (answer.isEmpty() && invalid.equals(SKIP)) {
      return Optional.empty();
    }
    int there = row.size();
    int added = answering.columns().length;
    @Nullable Object[] values = new Object[there + added + (tells ? 1 : 0)];
    Arrays.setAll(values, i -> i < there ? row.get(i) : null);
    answer.ifPresent(found -> System.arraycopy(found, 0, values, there, added));
    if (tells && fault.isPresent()) {
      values[there + added] = fault.get().what() + " (" + fault.get().where() + ")";
    }
    return Optional.of(RowFactory.create(values));
  }
}
