package dev.litegraft.spark;

import dev.litegraft.runtime.Outcome;
import java.io.Serializable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructField;

/**
 * What a file says of texts, as values of columns. It travels to the executors, and finds its model
 * there.
 */
interface Answering extends Serializable {
  /** The columns that it fills, all nullable; their names are those that the user wants. */
  StructField[] columns();

  /** Finds the model in this process, until the task ends. */
  Answers open();

  /** The model in this process. */
  interface Answers {
    /** The values of the columns for each text, in order, or why there are none. */
    Stream<Outcome<String, Object[]>> answer(Stream<String> texts);
  }

  /** The same outcome with the values of its answer. */
  static <A> Outcome<String, Object[]> mapped(
      Outcome<String, A> outcome, Function<A, Object[]> values) {
    return new Outcome<>(
        outcome.index(), outcome.text(), outcome.answer().map(values), outcome.fault());
  }
}
