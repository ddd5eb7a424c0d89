package dev.litegraft.serve;

import dev.litegraft.facts.ModelFacts;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A classifier; one with a single score is a cross-encoder, and ranks texts, too. */
record ServedClassifier(
    String name,
    Optional<ModelFacts> facts,
    TextClassifier classifier,
    TextQueue<Input, Classification> queue)
    implements ServedModel {
  /**
   * A text, or two that are read together.
   *
   * @param second null for one alone
   */
  record Input(String first, @Nullable String second) {
    int characters() {
      return first.codePointCount(0, first.length())
          + (second == null ? 0 : second.codePointCount(0, second.length()));
    }
  }

  static ServedClassifier of(
      String name, Optional<ModelFacts> facts, RawModel raw, ServeOptions options, Metrics metrics)
      throws IOException {
    TextClassifier classifier = TextClassifier.of(raw);
    TextQueue<Input, Classification> queue =
        new TextQueue<>(
            name,
            texts -> answers(classifier, texts),
            options.queue(),
            ServedModel.batch(options),
            metrics);
    metrics.queue(name, queue::size);
    return new ServedClassifier(name, facts, classifier, queue);
  }

  @Override
  public RawModel raw() {
    return classifier.model();
  }

  @Override
  public boolean ranks() {
    return facts
        .map(own -> own.labels().size() == 1 && !own.answersWithProbabilities())
        .orElse(false);
  }

  /** What becomes of texts; see {@link TextQueue#submit}. */
  CompletableFuture<List<Outcome<Input, Classification>>> classified(List<Input> texts) {
    return queue.submit(texts);
  }

  @Override
  public void warmUp() {
    Warmth.warm(classifier::classify, classifier::classifyAll);
  }

  private static List<Outcome<Input, Classification>> answers(
      TextClassifier classifier, List<Input> texts) {
    if (texts.size() == 1) {
      return Lone.answer(
          texts.get(0),
          one ->
              one.second() == null
                  ? classifier.classify(one.first())
                  : classifier.classify(one.first(), one.second()));
    }
    List<Integer> alone = places(texts, true);
    List<Integer> pairs = places(texts, false);
    List<@Nullable Outcome<Input, Classification>> all =
        new ArrayList<>(java.util.Collections.nCopies(texts.size(), null));
    Stream<String> firsts = alone.stream().map(i -> texts.get(i).first());
    try (Stream<Outcome<String, Classification>> answers = classifier.classifyAll(firsts)) {
      answers.forEach(one -> put(all, alone, texts, one));
    }
    if (!pairs.isEmpty()) {
      Stream<TextPair> both = pairs.stream().map(i -> pair(texts.get(i)));
      try (Stream<Outcome<TextPair, Classification>> answers = classifier.classifyAllPairs(both)) {
        answers.forEach(one -> put(all, pairs, texts, one));
      }
    }
    return all.stream().map(java.util.Objects::requireNonNull).toList();
  }

  private static List<Integer> places(List<Input> texts, boolean alone) {
    return IntStream.range(0, texts.size())
        .filter(i -> (texts.get(i).second() == null) == alone)
        .boxed()
        .toList();
  }

  private static TextPair pair(Input input) {
    return new TextPair(input.first(), String.valueOf(input.second()));
  }

  private static <T> void put(
      List<@Nullable Outcome<Input, Classification>> all,
      List<Integer> places,
      List<Input> texts,
      Outcome<T, Classification> one) {
    int place = places.get((int) one.index());
    all.set(place, new Outcome<>(place, texts.get(place), one.answer(), one.fault()));
  }

  @Override
  public void close() {
    queue.close();
    classifier.close();
  }
}
