package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of answers that are closed, by whom and when it may be. */
@Timeout(600)
class ManyTextsClosedTest {
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
  void aConsumerThatStopsEarlyReadsNoMoreThanTwoWindowsAndEndsTheWork() throws IOException {
    AtomicInteger read = new AtomicInteger();
    AtomicBoolean closed = new AtomicBoolean();
    Stream<String> endless =
        Stream.generate(() -> reviews.get(read.getAndIncrement() % 1000))
            .onClose(() -> closed.set(true));
    try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
      try (Stream<Outcome<String, Classification>> answers = classifier.classifyAll(endless)) {
        Iterator<Outcome<String, Classification>> some = answers.iterator();
        for (int i = 0; i < 3; i++) {
          assertThat(some.next().text()).isEqualTo(reviews.get(i));
        }
      }
      assertThat(closed).isTrue();
      assertThat(read.get()).isLessThanOrEqualTo(128 + 256 + 1);
      // What was left does not stand in the way of others.
      assertThat(classifier.classify(reviews.get(0)).label()).isNotEmpty();
    }
    assertThat(workersLeft()).isTrue();
  }

  /** Workers wait a second for more before they end. */
  private static boolean workersLeft() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("litegraft-texts")) {
        try {
          thread.join(300_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void closingTheClassifierWhileItWorksEndsTheStream() throws IOException {
    TextClassifier classifier = TextClassifier.open(file, TWO);
    try (Stream<Outcome<String, Classification>> answers =
        classifier.classifyAll(Stream.generate(() -> reviews.get(0)))) {
      Iterator<Outcome<String, Classification>> some = answers.iterator();
      some.next();
      classifier.close();
      assertThatThrownBy(() -> some.forEachRemaining(one -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
    }
  }

  @Test
  void aStreamThatIsClosedByAnotherThreadTellsTheReader() throws Exception {
    try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
      Stream<Outcome<String, Classification>> answers =
          classifier.classifyAll(Stream.generate(() -> reviews.get(0)));
      Iterator<Outcome<String, Classification>> some = answers.iterator();
      some.next();
      Thread other = new Thread(answers::close);
      other.start();
      assertThatThrownBy(() -> some.forEachRemaining(one -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the stream of answers is closed");
      other.join();
    }
  }

  @Test
  void aStreamThatIsClosedBeforeItsFirstAnswerTellsItsReader() throws IOException {
    for (int count = 1; count <= 3; count++) {
      try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
        Stream<Outcome<String, Classification>> answers =
            classifier.classifyAll(reviews.stream().limit(count));
        Iterator<Outcome<String, Classification>> some = answers.iterator();
        answers.close();
        assertThatThrownBy(some::hasNext)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("the stream of answers is closed");
      }
    }
  }

  @Test
  void aStreamThatIsClosedWhileItsSourceIsReadTellsItsReader() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
      CompletableFuture<Stream<?>> toClose = new CompletableFuture<>();
      Stream<String> source =
          reviews.stream()
              .limit(5)
              .peek(
                  text -> {
                    if (text.equals(reviews.get(3))) {
                      onAnotherThread(() -> toClose.join().close());
                    }
                  });
      Stream<Outcome<String, Classification>> answers = classifier.classifyAll(source);
      toClose.complete(answers);
      assertThatThrownBy(() -> answers.forEach(one -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the stream of answers is closed");
    }
  }

  /** The groups of texts by which two ways are compared are gone with the stream. */
  @Test
  void aStreamThatIsClosedWhileItsWaysAreMeasuredTellsItsReader() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(file, TWO)) {
      CompletableFuture<Stream<?>> toClose = new CompletableFuture<>();
      AtomicInteger read = new AtomicInteger();
      ManyTexts.Reading<String, Integer> reading =
          (text, encoded, answer) -> {
            if (read.incrementAndGet() == 3) {
              onAnotherThread(() -> toClose.join().close());
            }
            return 1;
          };
      Stream<Outcome<String, Integer>> answers =
          ManyTexts.of(
              classifier.model(),
              reviews.stream().limit(128),
              String::length,
              (text, name) -> new TokenizedModel.Encoded(classifier.tokenizer().encode(text), 1),
              reading);
      toClose.complete(answers);
      assertThatThrownBy(() -> answers.forEach(one -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the stream of answers is closed");
    }
  }

  private static void onAnotherThread(Runnable work) {
    Thread other = new Thread(work);
    other.start();
    try {
      other.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
