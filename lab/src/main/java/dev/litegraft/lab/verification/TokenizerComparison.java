package dev.litegraft.lab.verification;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.TokenizerFiles;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Tokenizer;
import dev.litegraft.tflite.ModelFacts;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Whether the tokenizer inside of a file gives the ids that the checkpoint's does. */
final class TokenizerComparison {
  private static final int SHOWN = 16;

  private TokenizerComparison() {}

  /**
   * The first text that both read differently.
   *
   * @param tokenizer the checkpoint's
   * @param texts to compare on, where the two are not the same bytes
   */
  static Optional<Difference> of(
      Checkpoint checkpoint, TfliteReader reader, Tokenizer tokenizer, List<String> texts)
      throws IOException {
    Optional<byte[]> inside = reader.file(ModelFacts.TOKENIZER_NAME);
    if (inside.isEmpty()) {
      return Optional.empty();
    }
    Optional<byte[]> settings = reader.file(ModelFacts.TOKENIZER_CONFIG_NAME);
    TokenizerFiles files = checkpoint.tokenizerFiles();
    if (same(inside, files.tokenizer()) && same(settings, files.config())) {
      return Optional.empty();
    }
    try (Tokenizer own = Tokenizer.of(inside.get(), settings, "the file's tokenizer")) {
      for (String text : texts) {
        int[] expected = tokenizer.encode(text).ids();
        int[] actual = own.encode(text).ids();
        if (!Arrays.equals(expected, actual)) {
          String quoted = " for \"" + text + "\"";
          return Optional.of(
              new Difference("tokenizer", shown(expected) + quoted, shown(actual) + quoted));
        }
      }
    } catch (InvalidInputException e) {
      return Optional.of(new Difference("tokenizer", "one that can be read", e.what()));
    }
    return Optional.empty();
  }

  private static boolean same(Optional<byte[]> bytes, Optional<Path> file) throws IOException {
    if (bytes.isEmpty() || file.isEmpty()) {
      return bytes.isEmpty() && file.isEmpty();
    }
    return Arrays.equals(bytes.get(), Files.readAllBytes(file.get()));
  }

  private static String shown(int[] ids) {
    String first = Arrays.toString(Arrays.copyOf(ids, Math.min(SHOWN, ids.length)));
    return ids.length <= SHOWN ? first : first + " … (" + ids.length + " ids)";
  }
}
