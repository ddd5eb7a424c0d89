package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoredTokenizerTest {
  private static final String JSON =
      """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
       "post_processor": null, "decoder": null,
       "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}
      """;

  @Test
  void itsBytesAreAskedForOnceAndEachThatOpensItMayCloseItsOwn() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    StoredTokenizer stored =
        new StoredTokenizer(
            () -> {
              asked.incrementAndGet();
              return JSON.getBytes(StandardCharsets.UTF_8);
            },
            Optional.empty(),
            "a test");
    Tokenizer first = stored.open();
    Tokenizer second = stored.open();
    first.close();
    assertThatThrownBy(() -> first.encode("a")).isInstanceOf(IllegalStateException.class);
    assertThat(second.encode("a").ids()).containsExactly(0);
    second.close();
    assertThat(stored.open().encode("a").ids()).containsExactly(0);
    assertThat(asked).hasValue(1);
  }

  @Test
  void whatCannotBeUsedIsTheFilesFaultEachTime() {
    StoredTokenizer stored =
        new StoredTokenizer(() -> "{".getBytes(StandardCharsets.UTF_8), Optional.empty(), "a test");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(stored::open).isInstanceOf(InvalidFileException.class);
    }
  }
}
