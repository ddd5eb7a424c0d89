package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BegunTokenizerTest {
  private static final byte[] JSON =
      """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
       "post_processor": null, "decoder": null,
       "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}
      """
          .getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static Tokenizer tokenizer() {
    return Tokenizer.of(JSON, Optional.empty(), "a test");
  }

  @Test
  void isMadeOnceForTheFirstAndAnewForOthers() throws IOException {
    AtomicInteger made = new AtomicInteger();
    ModelKnowledge.Opening begun =
        BegunTokenizer.begin(
            () -> {
              made.incrementAndGet();
              return tokenizer();
            });
    begun.open().close();
    assertThat(made).hasValue(1);
    try (Tokenizer second = begun.open()) {
      assertThat(second.encode("a").ids()).containsExactly(0);
    }
    assertThat(made).hasValue(2);
  }

  @Test
  void whatGoesWrongIsToldToWhoeverOpensIt() {
    ModelKnowledge.Opening lost =
        BegunTokenizer.begin(
            () -> {
              throw new IOException("lost");
            });
    assertThatThrownBy(lost::open).isInstanceOf(IOException.class).hasMessage("lost");
    ModelKnowledge.Opening damaged =
        BegunTokenizer.begin(
            () -> {
              throw new InvalidFileException("damaged", "here", "make it again");
            });
    assertThatThrownBy(damaged::open).isInstanceOf(InvalidFileException.class);
  }

  @Test
  void anInterruptStaysForLater() throws IOException {
    CountDownLatch waiting = new CountDownLatch(1);
    ModelKnowledge.Opening begun =
        BegunTokenizer.begin(
            () -> {
              awaitQuietly(waiting);
              return tokenizer();
            });
    Thread.currentThread().interrupt();
    waiting.countDown();
    try (Tokenizer tokenizer = begun.open()) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(tokenizer.maxId()).isZero();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
