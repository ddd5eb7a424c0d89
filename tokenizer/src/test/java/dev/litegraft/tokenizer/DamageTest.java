package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Damaged files and hostile texts end in an encoding or in an error of three parts, soon. */
class DamageTest {
  @Test
  void noDamagedFileAndNoHostileTextDoesHarm() {
    List<byte[]> originals =
        Stream.of("albert", "bert", "roberta", "llama", "deberta", "gpt2", "gemma")
            .map(name -> OracleTest.resource(name).getBytes(StandardCharsets.UTF_8))
            .toList();
    DamageRun.Result result = DamageRun.run(1_000, 3, 11, originals);
    assertThat(result.faults()).isEmpty();
    assertThat(result.read()).isGreaterThan(100);
  }
}
