package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.evaluation.Task.Asker;
import dev.litegraft.lab.evaluation.Task.Reply;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextPair;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** A file that classifies texts or pairs, a row each. */
abstract class ClassifierAsker implements Asker {
  private final TextClassifier classifier;
  private final String text;
  private final Optional<String> pair;

  ClassifierAsker(TextClassifier classifier, String text, Optional<String> pair) {
    this.classifier = classifier;
    this.text = text;
    this.pair = pair;
  }

  /** Keeps an answer; one row is kept at a time. */
  abstract void keep(int index, DataRow row, Classification answer);

  @Override
  public final Reply ask(int index, List<DataRow> item) {
    DataRow row = item.get(0);
    return kept(index, row, ClassifierTask.classified(classifier, row, text, pair));
  }

  private Reply kept(int index, DataRow row, Classification answer) {
    keep(index, row, answer);
    return new Reply(answer.tokens(), answer.truncated(), answer.milliseconds());
  }

  /**
   * Asks rows as fast as the runtime answers many texts.
   *
   * @param told each reply, in the order of the rows
   * @param faulty what to throw of a row that cannot be asked
   */
  final void askAll(Stream<DataRow> rows, Consumer<Reply> told, Faulty faulty) {
    Queue<DataRow> ahead = new ArrayDeque<>();
    Stream<DataRow> read = rows.peek(ahead::add);
    if (pair.isPresent()) {
      String second = pair.get();
      Function<DataRow, TextPair> both = row -> new TextPair(row.text(text), row.text(second));
      take(classifier.classifyAllPairs(read.map(both)), ahead, told, faulty);
    } else {
      take(classifier.classifyAll(read.map(row -> row.text(text))), ahead, told, faulty);
    }
  }

  private <T> void take(
      Stream<Outcome<T, Classification>> outcomes,
      Queue<DataRow> ahead,
      Consumer<Reply> told,
      Faulty faulty) {
    try (outcomes) {
      outcomes.forEachOrdered(
          outcome -> {
            DataRow row = ahead.remove();
            try {
              told.accept(kept((int) outcome.index(), row, outcome.orThrow()));
            } catch (InvalidInputException e) {
              throw faulty.at(row, e);
            }
          });
    }
  }

  /** Names the row in a fault. */
  interface Faulty {
    /** The fault of a row. */
    InvalidInputException at(DataRow row, InvalidInputException fault);
  }

  @Override
  public final void close() {
    classifier.close();
  }
}
