package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.evaluation.Task.Reply;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextPair;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
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

  @Override
  public final void askAll(Stream<List<DataRow>> items, Replies replies) {
    int[] next = {0};
    askAll(
        classifier,
        Asker.rows(items),
        text,
        pair,
        (row, answer) -> replies.told(kept(next[0]++, row, answer)),
        row -> e -> replies.fault(row, e));
  }

  /** Asks a classifier the text of each row, or its pair. */
  static void askAll(
      TextClassifier classifier,
      Stream<DataRow> rows,
      String text,
      Optional<String> pair,
      BiConsumer<DataRow, Classification> kept,
      Function<DataRow, Function<InvalidInputException, InvalidInputException>> fault) {
    if (pair.isPresent()) {
      String second = pair.get();
      Asker.ask(
          rows,
          row -> new TextPair(row.text(text), row.text(second)),
          classifier::classifyAllPairs,
          kept,
          fault);
    } else {
      Asker.ask(rows, row -> row.text(text), classifier::classifyAll, kept, fault);
    }
  }

  @Override
  public final void close() {
    classifier.close();
  }
}
