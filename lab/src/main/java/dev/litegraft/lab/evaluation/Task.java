package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.statistics.Calibration;
import dev.litegraft.lab.statistics.Confusion;
import dev.litegraft.lab.statistics.Statistic;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is asked of files, row by row, and what their answers are worth. An item is what is asked at
 * once: a row, or all rows of a query.
 */
interface Task {
  /** What it is called: {@code classification}. */
  String name();

  /** What one item is called, in the plural. */
  default String items() {
    return "rows";
  }

  /**
   * Reads what is right for an item; called once for each, in their order.
   *
   * @throws dev.litegraft.error.InvalidInputException if it cannot be used; names its line
   */
  void read(List<DataRow> item);

  /**
   * Called after the last item.
   *
   * @throws dev.litegraft.error.InvalidInputException for faults that were gathered
   */
  void end();

  /** Which rows belong together; by default each is by itself. */
  default Optional<String> groupedBy() {
    return Optional.empty();
  }

  /** Of how many items the measures are: of all, or of the queries among them. */
  default int units(int items) {
    return items;
  }

  /** Of how many of those it is known what is right, where that may be fewer than all. */
  default OptionalInt judged() {
    return OptionalInt.empty();
  }

  /** What a reader of the numbers is to know of how the data were taken, a sentence each. */
  default List<String> notes() {
    return List.of();
  }

  /** The text of a row, as people see it. */
  String shown(DataRow row);

  /** Whether the data say what is right. */
  boolean isLabelled();

  /** The measure that is meant where one is meant; absent without labels. */
  Optional<String> mainMeasure();

  /**
   * Why the main measure is not defined although the data say what is right; absent where it may
   * be.
   */
  default Optional<String> whyNoMeasure(int items) {
    return Optional.empty();
  }

  /** Why files neither agree nor differ on these items; absent where they do. */
  default Optional<String> whyNoAgreement(int items) {
    return Optional.empty();
  }

  /**
   * Says that a further file has other labels than the first, before any is asked.
   *
   * @param file for messages
   * @throws dev.litegraft.error.InvalidInputException if it has
   */
  default void requireLabels(List<String> other, String file) {}

  /** Opens a file, to be asked {@code items} items. */
  Asker open(Path file, RuntimeOptions options, int items) throws IOException;

  /**
   * How an answer came.
   *
   * @param tokens that the model read
   * @param truncated whether it did not read all
   * @param milliseconds it took, with the tokenizer
   */
  record Reply(int tokens, boolean truncated, double milliseconds) {}

  /**
   * A measure of a file's answers.
   *
   * @param name as JSON calls it
   * @param statistic of items
   * @param better whether more is better: 1, −1, or 0 where neither is
   */
  record Measured(String name, Statistic statistic, int better) {}

  /** The answers of one file to all items. */
  interface Answers extends AutoCloseable {
    /** The measures; none without labels. */
    List<Measured> measures();

    /** What a reader is to know of this file's answers, a sentence each. */
    default List<String> notes() {
      return List.of();
    }

    /** Which rows of a classifier are right, [items]; absent where no row is right or wrong. */
    default Optional<boolean[]> right() {
      return Optional.empty();
    }

    /** The classes as they were taken for each other, where there are classes. */
    default Optional<Confusion> confusion() {
      return Optional.empty();
    }

    /** A value a class, in the order of {@link EvaluationReport#labels()}. */
    default List<ClassReport> classes() {
      return List.of();
    }

    /** Confidence against accuracy. */
    default List<Calibration.Bin> reliability() {
      return List.of();
    }

    /** These answers beside those of the first file. */
    Beside beside(Answers first);

    @Override
    void close();
  }

  /**
   * Answers beside others.
   *
   * @param agreement how far each item has the same answer, 0 to 1, [items]; NaN of one that says
   *     nothing of that
   * @param whole whether an item agrees or not, and nothing between
   * @param leftOut why items say nothing of agreement; absent where all do
   * @param numbers what else tells how far they are apart, by name
   * @param flips items with another answer
   */
  record Beside(
      double[] agreement,
      boolean whole,
      Optional<String> leftOut,
      Map<String, Double> numbers,
      List<Flip> flips) {
    /** Of which every item agrees or does not. */
    Beside(double[] agreement, Map<String, Double> numbers, List<Flip> flips) {
      this(agreement, true, Optional.empty(), numbers, flips);
    }

    /** How many items say nothing of agreement, and why; absent where all do. */
    static Optional<String> leftOut(long out, long of, String items, String why) {
      return out == 0
          ? Optional.empty()
          : Optional.of(out + " of " + of + " " + items + " are not in the agreement: " + why);
    }
  }
}
