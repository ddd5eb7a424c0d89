package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The tokenizer's files that a checkpoint folder has; any of them may be absent.
 *
 * @param tokenizer {@code tokenizer.json}, the whole fast tokenizer
 * @param config {@code tokenizer_config.json}
 * @param specialTokens {@code special_tokens_map.json}
 * @param addedTokens {@code added_tokens.json}
 * @param vocabulary {@code vocab.txt} or {@code vocab.json}
 * @param merges {@code merges.txt}
 * @param sentencePiece {@code tokenizer.model}, {@code spiece.model} or {@code
 *     sentencepiece.bpe.model}
 */
public record TokenizerFiles(
    Optional<Path> tokenizer,
    Optional<Path> config,
    Optional<Path> specialTokens,
    Optional<Path> addedTokens,
    Optional<Path> vocabulary,
    Optional<Path> merges,
    Optional<Path> sentencePiece) {
  /** Gemma's, the largest in use, has 34 MB. */
  private static final long MAX_BYTES = 256L << 20;

  /**
   * Looks into a folder.
   *
   * @throws InvalidInputException if a file is larger than a tokenizer can be
   */
  public static TokenizerFiles of(Path folder) throws IOException {
    return new TokenizerFiles(
        first(folder, "tokenizer.json"),
        first(folder, "tokenizer_config.json"),
        first(folder, "special_tokens_map.json"),
        first(folder, "added_tokens.json"),
        first(folder, "vocab.txt", "vocab.json"),
        first(folder, "merges.txt"),
        first(folder, "tokenizer.model", "spiece.model", "sentencepiece.bpe.model"));
  }

  /**
   * Checks that {@code tokenizer.json}, where it is there, is whole: it is copied unread, and what
   * is wrong with it would be found out by the first text.
   *
   * @throws InvalidInputException if it is not
   */
  public void requireWhole() throws IOException {
    if (tokenizer.isPresent()) {
      Json.requireObject(tokenizer.get(), "model");
    }
  }

  private static Optional<Path> first(Path folder, String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        if (Files.size(file) > MAX_BYTES) {
          throw new InvalidInputException(
              "the file has "
                  + Files.size(file)
                  + " bytes, where at most "
                  + MAX_BYTES
                  + " are expected",
              file.toString(),
              "check that this is the model's own file");
        }
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
