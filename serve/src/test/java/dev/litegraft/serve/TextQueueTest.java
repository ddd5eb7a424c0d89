package dev.litegraft.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.runtime.Outcome;
import dev.litegraft.serve.Refusal.Kind;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for a model, with a model that answers when it is told to. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TextQueueTest {
  private static final int CAPACITY = 100;
  private static final int BATCH = 32;

  private final Semaphore allowed = new Semaphore(0);
  private final Semaphore begun = new Semaphore(0);
  private final List<List<String>> asked = new CopyOnWriteArrayList<>();
  private final TextQueue<String, String> queue =
      new TextQueue<>("m", this::answers, CAPACITY, BATCH, new Metrics());

  private List<Outcome<String, String>> answers(List<String> texts) {
    asked.add(texts);
    begun.release();
    allowed.acquireUninterruptibly();
    if (texts.contains("huge")) {
      throw new OutOfMemoryError("huge");
    }
    if (texts.contains("broken")) {
      throw new IllegalStateException("broken");
    }
    return IntStream.range(0, texts.size())
        .mapToObj(
            i ->
                new Outcome<>(
                    i, texts.get(i), Optional.of("<" + texts.get(i) + ">"), Optional.empty()))
        .toList();
  }

  @AfterEach
  void release() {
    allowed.release(1000);
    queue.close();
  }

  /** The queue's thread waits for the model. */
  private void occupy() {
    CompletableFuture<?> unread = queue.submit(List.of("first"));
    begun.acquireUninterruptibly();
    assertThat(unread).isNotDone();
  }

  private static List<String> texts(String name, int count) {
    return IntStream.range(0, count).mapToObj(i -> name + i).toList();
  }

  @Test
  void answersAreInTheOrderOfTheRequest() {
    allowed.release(1000);
    List<String> some = texts("a", 90);
    List<Outcome<String, String>> outcomes = queue.submit(some).join();
    assertThat(outcomes)
        .extracting(Outcome::orThrow)
        .containsExactlyElementsOf(some.stream().map(text -> "<" + text + ">").toList());
    assertThat(queue.submit(List.of()).join()).isEmpty();
  }

  @Test
  void aFullQueueRefusesAndTakesAgain() {
    occupy();
    CompletableFuture<List<Outcome<String, String>>> waiting = queue.submit(texts("a", 99));
    assertThat(queue.size()).isEqualTo(CAPACITY);
    assertThatThrownBy(() -> queue.submit(List.of("b")))
        .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.kind()).isEqualTo(Kind.OVERLOADED))
        .hasMessageContaining("100 texts wait for m");
    allowed.release(1000);
    assertThat(waiting.join()).hasSize(99);
    assertThat(queue.submit(List.of("b")).join()).hasSize(1);
  }

  @Test
  void aRequestThatWaitsAloneIsTakenHoweverManyTextsItHas() {
    allowed.release(1000);
    assertThat(queue.submit(texts("a", CAPACITY + 1)).join()).hasSize(CAPACITY + 1);
  }

  @Test
  void aSingleTextDoesNotWaitForALongList() {
    occupy();
    CompletableFuture<?> list = queue.submit(texts("a", 90));
    CompletableFuture<?> single = queue.submit(List.of("b"));
    allowed.release(1000);
    single.join();
    list.join();
    // After the one that was under way come 32, 32 and 27 texts.
    assertThat(asked).hasSize(4);
    assertThat(asked.get(3)).doesNotContain("b");
  }

  @Test
  void aFaultOfTheModelIsToldToThoseItWasAskedFor() {
    allowed.release(1000);
    CompletableFuture<?> broken = queue.submit(List.of("broken"));
    assertThatThrownBy(broken::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(queue.submit(List.of("b")).join()).hasSize(1);
  }

  @Test
  void memoryThatIsNotThereForOneRequestIsThereForTheOthers() {
    occupy();
    CompletableFuture<List<Outcome<String, String>>> before = queue.submit(texts("a", 3));
    CompletableFuture<?> huge = queue.submit(List.of("small", "huge"));
    CompletableFuture<List<Outcome<String, String>>> after = queue.submit(texts("b", 3));
    allowed.release(1000);
    assertThatThrownBy(huge::join).hasCauseInstanceOf(OutOfMemoryError.class);
    assertThat(before.join()).extracting(Outcome::orThrow).containsExactly("<a0>", "<a1>", "<a2>");
    assertThat(after.join()).extracting(Outcome::orThrow).containsExactly("<b0>", "<b1>", "<b2>");
  }

  @Test
  void closingRefusesWhatWaitsAndAnswersWhatIsUnderWay() throws InterruptedException {
    CompletableFuture<List<Outcome<String, String>>> underWay = queue.submit(List.of("a"));
    begun.acquireUninterruptibly();
    CompletableFuture<?> waiting = queue.submit(List.of("c"));
    Thread closing = new Thread(queue::close);
    closing.start();
    assertThatThrownBy(waiting::join)
        .hasCauseInstanceOf(Refusal.class)
        .hasMessageContaining("stopping");
    assertThat(underWay).isNotDone();
    allowed.release(1000);
    closing.join();
    assertThat(underWay.join().get(0).orThrow()).isEqualTo("<a>");
    assertThatThrownBy(() -> queue.submit(Collections.singletonList("d")))
        .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.kind()).isEqualTo(Kind.STOPPING));
  }
}
