package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many reviews through the example, beside one after the other. */
@Timeout(600)
class ManyTextsTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");
  private static final RuntimeOptions TWO = RuntimeOptions.defaults().withThreads(2);

  @TempDir static Path folder;

  private static Path file;
  private static List<String> reviews;

  @BeforeAll
  static void convert() throws IOException {
    file = dev.litegraft.Converter.of(EXAMPLE).convert(folder.resolve("int8.tflite")).target();
    reviews =
        Files.readAllLines(EXAMPLE.resolve("test.tsv")).stream()
            .skip(1)
            .limit(1000)
            .map(line -> line.split("\t", -1)[0])
            .toList();
  }

  @Test
  void answersAreThoseOfOneAfterTheOtherBitForBitAndInTheirOrder() throws IOException {
    List<List<Float>> logits = new ArrayList<>();
    try (TextClassifier one = TextClassifier.open(file, TWO.withThreads(1))) {
      reviews.forEach(text -> logits.add(one.classify(text).logits()));
    }
    for (RuntimeOptions options : List.of(TWO, TWO.withThreads(1), TWO.withInterpreters(2))) {
      try (TextClassifier classifier = TextClassifier.open(file, options);
          Stream<Outcome<String, Classification>> answers =
              classifier.classifyAll(reviews.stream())) {
        List<Outcome<String, Classification>> all = answers.toList();
        assertThat(all).extracting(Outcome::text).containsExactlyElementsOf(reviews);
        assertThat(all)
            .extracting(Outcome::index)
            .containsExactlyElementsOf(IntStream.range(0, 1000).mapToObj(i -> (long) i).toList());
        assertThat(all).extracting(one -> one.orThrow().logits()).isEqualTo(logits);
        boolean measured = options.threads() > 1;
        assertThat(classifier.model().lanes().chosen().isPresent()).isEqualTo(measured);
      }
    }
  }

  @Test
  void severalTextsAtOnceAnswerBitForBitAsAlone() throws IOException {
    Path several =
        dev.litegraft.Converter.of(EXAMPLE)
            .withOptions(dev.litegraft.ConversionOptions.defaults().withBatch(3))
            .convert(folder.resolve("batch.tflite"))
            .target();
    List<String> texts = new ArrayList<>(reviews.subList(0, 400));
    texts.set(7, ""); // A text at fault stands among those that are answered together.
    List<List<Float>> logits = new ArrayList<>();
    try (TextClassifier one = TextClassifier.open(file, TWO.withThreads(1))) {
      for (String text : texts) {
        logits.add(text.isEmpty() ? List.of() : one.classify(text).logits());
      }
    }
    for (RuntimeOptions options : List.of(TWO, TWO.withThreads(1))) {
      try (TextClassifier classifier = TextClassifier.open(several, options);
          Stream<Outcome<String, Classification>> answers =
              classifier.classifyAll(texts.stream())) {
        assertThat(classifier.model().textsAtOnce()).isEqualTo(3);
        assertThat(classifier.classify(texts.get(0)).logits()).isEqualTo(logits.get(0));
        assertThat(
                answers
                    .map(one -> one.answer().map(Classification::logits).orElse(List.of()))
                    .toList())
            .isEqualTo(logits);
      }
    }
  }

  /** Counts its calls; three texts at once take longer than one after the other, or shorter. */
  private record Counting(boolean slowTogether, AtomicInteger alone, AtomicInteger together)
      implements Engine {
    @Override
    public List<Signature> signatures() {
      return List.of(signature("serving_default", 1), signature("batch_3", 3));
    }

    private static Signature signature(String key, int texts) {
      return new Signature(
          Optional.of(key),
          List.of(
              new Tensor("input_ids", List.of(texts, -1)),
              new Tensor("attention_mask", List.of(texts, -1))),
          List.of(new Tensor("logits", List.of(texts, 2))));
    }

    @Override
    public List<RawOutput> run(Optional<String> key, Map<String, int[]> inputs) {
      boolean three = key.orElseThrow().equals("batch_3");
      (three ? together : alone).incrementAndGet();
      long end = System.nanoTime() + (three == slowTogether ? 2_000_000 : 100_000);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      int texts = three ? 3 : 1;
      return List.of(new RawOutput("logits", List.of(texts, 2), new float[2 * texts]));
    }

    @Override
    public void close() {}
  }

  @Test
  void severalTextsAreAnsweredAtOnceWhereThatWasMeasuredToBeFaster() throws IOException {
    List<String> alike = Collections.nCopies(300, reviews.get(0));
    for (boolean slowTogether : new boolean[] {true, false}) {
      Counting engine = new Counting(slowTogether, new AtomicInteger(), new AtomicInteger());
      try (TfliteReader reader = TfliteReader.open(file);
          TextClassifier classifier =
              TextClassifier.of(RawModel.over(engine, reader, RuntimeOptions.defaults()));
          Stream<Outcome<String, Classification>> answers =
              classifier.classifyAll(alike.stream())) {
        assertThat(answers.filter(one -> one.answer().isPresent()).count()).isEqualTo(300);
      }
      assertThat(engine.alone.get() + 3 * engine.together.get()).isEqualTo(300);
      // Of 100 threes a few are compared, and the others go the faster way.
      if (slowTogether) {
        assertThat(engine.together.get()).isBetween(1, 10);
      } else {
        assertThat(engine.alone.get()).isBetween(1, 30);
      }
    }
  }

  @Test
  void aTokenThatIsNoneIsOneTextsFaultAmongSeveral() throws IOException {
    Path several =
        dev.litegraft.Converter.of(EXAMPLE)
            .withOptions(dev.litegraft.ConversionOptions.defaults().withBatch(2))
            .convert(folder.resolve("two.tflite"))
            .target();
    try (RawModel model = RawModel.open(several)) {
      TokenRow right = TokenRow.of(1, 2, 3);
      float[] alone = model.answer(right).values();
      assertThat(model.answers(List.of(right, right)).get(1).values()).isEqualTo(alone);
      assertThatThrownBy(() -> model.answers(List.of(right, TokenRow.of(1, -2, 3))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("token id -2");
      assertThatThrownBy(() -> model.answers(List.of(right, TokenRow.of(1, 2))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("2 rows of one length are taken at once, not of [3, 2]");
      assertThat(model.answers(List.of(right, right)).get(0).values()).isEqualTo(alone);
    }
  }

  @Test
  void aTextThatIsAloneIsAnsweredByTheThreadThatAsks() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
      for (int count = 1; count <= 2; count++) {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        ManyTexts.Reading<String, String> reading =
            (text, encoded, answer) -> {
              threads.add(Thread.currentThread());
              return text + answer.value().values().length;
            };
        try (Stream<Outcome<String, String>> answers =
            ManyTexts.of(
                classifier.model(),
                reviews.stream().limit(count),
                String::length,
                (text, name) -> new TokenizedModel.Encoded(classifier.tokenizer().encode(text), 1),
                reading)) {
          assertThat(answers.map(Outcome::orThrow).toList())
              .containsExactlyElementsOf(
                  reviews.stream().limit(count).map(text -> text + 2).toList());
        }
        assertThat(threads.contains(Thread.currentThread())).isEqualTo(count == 1);
      }
      assertThat(classifier.classifyAll(Stream.of("")).toList())
          .singleElement()
          .matches(one -> one.answer().isEmpty() && one.index() == 0);
    }
  }

  @Test
  void bothWaysGiveTheSameLogits() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
      Lanes lanes = classifier.model().lanes();
      List<List<List<Float>>> both = new ArrayList<>();
      for (boolean singles : new boolean[] {true, false}) {
        lanes.choose(singles ? lanes.singles() : lanes.usual());
        try (Stream<Outcome<String, Classification>> answers =
            classifier.classifyAll(reviews.stream().limit(200))) {
          both.add(answers.map(one -> one.orThrow().logits()).toList());
        }
      }
      assertThat(both.get(0)).hasSize(200).isEqualTo(both.get(1));
    }
  }

  @Test
  void aTextWithoutTokensDoesNotLoseTheOthers() throws IOException {
    List<String> texts = new ArrayList<>(reviews.subList(0, 300));
    texts.set(0, "");
    texts.set(150, "");
    texts.set(299, "");
    try (TextClassifier classifier = TextClassifier.open(file, TWO);
        Stream<Outcome<String, Classification>> answers = classifier.classifyAll(texts.stream())) {
      List<Outcome<String, Classification>> all = answers.toList();
      assertThat(all).hasSize(300);
      for (Outcome<String, Classification> one : all) {
        assertThat(one.fault().isPresent()).isEqualTo(one.text().isEmpty());
      }
      assertThat(all.get(150).fault().orElseThrow().what()).contains("the text is empty");
      assertThatThrownBy(() -> all.get(150).orThrow()).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void whatTheSourceThrowsComesAfterTheAnswersBefore() throws IOException {
    UncheckedIOException fault = new UncheckedIOException(new IOException("the disk is gone"));
    Stream<String> source =
        Stream.concat(
            reviews.stream().limit(70),
            Stream.generate(
                () -> {
                  throw fault;
                }));
    try (TextClassifier classifier = TextClassifier.open(file, TWO);
        Stream<Outcome<String, Classification>> answers = classifier.classifyAll(source)) {
      Iterator<Outcome<String, Classification>> all = answers.iterator();
      for (String text : reviews.subList(0, 70)) {
        assertThat(all.next().text()).isEqualTo(text);
      }
      for (int again = 0; again < 2; again++) {
        assertThatThrownBy(all::hasNext).isSameAs(fault);
      }
    }
  }

  @Test
  void memoryIsBoundedByCharactersToo() throws IOException {
    AtomicInteger read = new AtomicInteger();
    String large = "재미있다 ".repeat(1 << 18);
    Stream<String> source = Stream.generate(() -> large).peek(text -> read.incrementAndGet());
    try (TextClassifier classifier = TextClassifier.open(file, TWO);
        Stream<Outcome<String, Classification>> answers = classifier.classifyAll(source)) {
      assertThat(answers.iterator().next().orThrow().truncated()).isTrue();
      assertThat(read.get()).isLessThanOrEqualTo(2 * (1 << 22) / large.length() + 3);
    }
  }

  @Test
  void whoAsksAgainBehindTheEndIsToldThatThereIsNoMore() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
      Stream<Outcome<String, Classification>> answers =
          classifier.classifyAll(reviews.stream().limit(2));
      Iterator<Outcome<String, Classification>> all = answers.iterator();
      all.next();
      all.next();
      assertThat(all.hasNext()).isFalse();
      answers.close();
      assertThat(all.hasNext()).isFalse();
    }
  }

  @Test
  void anInterruptStaysAndLosesNothing() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file, TWO);
        Stream<Outcome<String, Classification>> answers =
            classifier.classifyAll(reviews.stream().limit(100))) {
      Thread.currentThread().interrupt();
      List<Outcome<String, Classification>> all = answers.toList();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(all).hasSize(100).allMatch(one -> one.answer().isPresent());
    }
  }

  @Test
  void noTextsGiveNoAnswers() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file, TWO);
        Stream<Outcome<String, Classification>> answers = classifier.classifyAll(Stream.of())) {
      assertThat(answers).isEmpty();
    }
  }

  @Test
  void pairsAreAnsweredAsOneByOne() throws IOException {
    List<TextPair> pairs =
        IntStream.range(0, 100)
            .mapToObj(i -> new TextPair(reviews.get(i), reviews.get(i + 1)))
            .toList();
    try (TextClassifier classifier = TextClassifier.open(file, TWO);
        Stream<Outcome<TextPair, Classification>> answers =
            classifier.classifyAllPairs(pairs.stream())) {
      assertThat(answers.map(one -> one.orThrow().logits()).toList())
          .isEqualTo(classifier.classifyPairs(pairs).stream().map(Classification::logits).toList());
    }
  }
}
