package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class CallsAheadTest {
  @Test
  void answersHaveTheOrderOfWhatWasAskedAndFaultsLoseNoOthers() {
    List<Outcome<Integer, Integer>> all =
        CallsAhead.of(
                IntStream.range(0, 100).boxed(),
                3,
                i -> {
                  if (i == 40) {
                    throw new InvalidInputException("forty is none", "here", "another");
                  }
                  return 2 * i;
                })
            .toList();
    assertThat(all).extracting(Outcome::text).isEqualTo(IntStream.range(0, 100).boxed().toList());
    assertThat(all)
        .filteredOn(one -> one.answer().isEmpty())
        .extracting(Outcome::index)
        .containsExactly(40L);
    assertThat(all.get(99).orThrow()).isEqualTo(198);
  }

  @Test
  void aStreamThatIsClosedBeforeItsFirstAnswerTellsItsReader() {
    Stream<Outcome<Integer, Integer>> answers = CallsAhead.of(Stream.of(1, 2, 3), 2, i -> i);
    Iterator<Outcome<Integer, Integer>> some = answers.iterator();
    answers.close();
    assertThatThrownBy(some::hasNext)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the stream of answers is closed");
  }

  @Test
  void aStreamThatIsClosedDuringACallTellsItsReader() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Stream<Outcome<Integer, Integer>> answers =
        CallsAhead.of(
            IntStream.range(0, 20).boxed(),
            2,
            i -> {
              begun.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return i;
            });
    Thread other =
        new Thread(
            () -> {
              try {
                begun.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              answers.close();
            });
    other.start();
    assertThatThrownBy(() -> answers.forEach(one -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the stream of answers is closed");
    end.countDown();
    other.join();
  }

  @Test
  void whatTheSourceThrowsComesBehindTheAnswersBeforeItAsOftenAsItIsAskedFor() {
    for (RuntimeException fault :
        List.of(
            new UncheckedIOException(new IOException("the disk is gone")),
            new InvalidInputException("line 3 is no text", "texts.txt", "another"),
            new IllegalArgumentException("the source is broken"))) {
      Iterator<Outcome<Integer, Integer>> answers =
          CallsAhead.of(Stream.of(1, 2, 3).peek(i -> throwAt(i, 3, fault)), 2, i -> i).iterator();
      assertThat(answers.next().orThrow()).isEqualTo(1);
      assertThat(answers.next().orThrow()).isEqualTo(2);
      for (int again = 0; again < 3; again++) {
        assertThatThrownBy(answers::hasNext).isSameAs(fault);
      }
    }
  }

  private static void throwAt(int i, int at, RuntimeException fault) {
    if (i == at) {
      throw fault;
    }
  }

  @Test
  void aSourceThatThrowsAtOnceIsToldByItsOwnException() {
    IllegalArgumentException fault = new IllegalArgumentException("the source is broken");
    assertThatThrownBy(
            () ->
                CallsAhead.of(Stream.of(1).peek(i -> throwAt(i, 1, fault)), 2, i -> i)
                    .forEach(one -> {}))
        .isSameAs(fault);
  }
}
