package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.Golden;
import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What damaged checkpoints (module {@code fuzz}) found: each ended in a fault of Litegraft's. */
class DamagedCheckpointsTest {
  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gpt2-seqcls | \"n_head\": 4 | \"n_head\": 583175757 | not a multiple of the number of attention heads 583175757",
        "gpt2-seqcls | \"n_head\": 4 | \"\": 4 | not a multiple of the number of attention heads 12",
        "gpt-neox-seqcls | \"num_attention_heads\": 4 | \"num_attention_heads\": 5 | not a multiple of the number of attention heads 5",
        "opt-seqcls | \"num_attention_heads\": 4 | \"num_attention_heads\": 5 | not a multiple of the number of attention heads 5",
        "llama-headdim32 | \"head_dim\": 32 | \"head_dim\": 100000 | a head of 100000 numbers is rotated",
        "albert-seqcls | \"num_hidden_layers\": 3 | \"num_hidden_layers\": 2147483647 | 2147483647 layers share their weights",
        "phi3-seqcls | \"partial_rotary_factor\": 1.0 | \"partial_rotary_factor\": 1.5 | a part of 1.5 of a head is rotated",
      })
  void sizesThatDoNotFitAreTheFoldersFault(String of, String from, String to, String what)
      throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("checkpoint"));
    try (Stream<Path> files = Files.list(Golden.folder(of))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
    Path target = Files.writeString(temporary.resolve("model.tflite"), "what was there");
    InvalidInputException fault = Refusal.of(() -> Converter.of(folder).convert(target));
    assertThat(fault.what()).contains(what);
    assertThat(target).hasContent("what was there");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).containsExactlyInAnyOrder(folder, target);
    }
  }
}
