package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Side;
import dev.litegraft.tokenizer.build.DecidedTokenizer;
import dev.litegraft.tokenizer.build.TokenizerAbsence;
import dev.litegraft.tokenizer.build.TokenizerFiles;
import dev.litegraft.tokenizer.build.TokenizerKey;
import dev.litegraft.tokenizer.build.TokenizerSettings;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The tokenizer that the library would build of a folder, as it travels in the file.
 *
 * @param decided what the folder's files mean
 * @param where the folder that it is from, for messages
 */
public record CheckpointTokenizer(DecidedTokenizer decided, Path where) {
  /** Gemma's, the largest in use, has 34 MB. */
  private static final long MAX_BYTES = 256L << 20;

  private static final String VERSIONS = "config_sentence_transformers.json";

  /**
   * Decides the tokenizer.
   *
   * @param model where config.json is
   * @param folder the whole folder, of which the model's may be a part
   * @param adapter an adapter's folder, whose own tokenizer goes before the base's
   * @throws InvalidCheckpointException if a file of it is damaged, or too large
   */
  public static CheckpointTokenizer of(Path model, Path folder, Optional<Path> adapter)
      throws IOException {
    TokenizerFiles base = files(model, folder);
    try {
      if (adapter.isEmpty()) {
        return new CheckpointTokenizer(DecidedTokenizer.of(base), model);
      }
      TokenizerFiles own = files(adapter.get(), adapter.get());
      return new CheckpointTokenizer(
          DecidedTokenizer.of(base, own), own.holdTokenizer() ? adapter.get() : model);
    } catch (TokenizerException e) {
      throw new InvalidCheckpointException(e.what(), e.where(), e.remedy());
    }
  }

  private static TokenizerFiles files(Path model, Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : TokenizerFiles.NAMES) {
      Path file = (name.equals(VERSIONS) ? folder : model).resolve(name);
      if (Files.isRegularFile(file)) {
        if (Files.size(file) > MAX_BYTES) {
          throw new InvalidCheckpointException(
              "the file has "
                  + Files.size(file)
                  + " bytes, where at most "
                  + MAX_BYTES
                  + " are expected",
              file.toString(),
              "check that this is the model's own file");
        }
        files.put(name, Files.readAllBytes(file));
      }
    }
    return TokenizerFiles.of(files, model.toString());
  }

  /** The whole {@code tokenizer.json}; absent where none can be made of the folder. */
  public Optional<byte[]> json() {
    return decided.tokenizerJson();
  }

  /** The {@code tokenizer_config.json} that goes with {@link #json}. */
  public Optional<byte[]> config() {
    return decided.settings().map(TokenizerSettings::tokenizerConfig);
  }

  /** The longest text in tokens; absent where the tokenizer has no limit. */
  public OptionalInt maxLength() {
    return decided.settings().map(TokenizerSettings::modelMaxLength).orElse(OptionalInt.empty());
  }

  /** Where padding goes. */
  public Side paddingSide() {
    return decided.settings().map(TokenizerSettings::padsLeft).orElse(false)
        ? Side.LEFT
        : Side.RIGHT;
  }

  /** What a user should know: what was decided, and keys that nobody knows. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>(decided.notes());
    List<String> unknown =
        decided.keys().stream()
            .filter(key -> key.use() == TokenizerKey.Use.UNKNOWN)
            .map(key -> key.file() + ": " + key.key())
            .toList();
    if (!unknown.isEmpty()) {
      notes.add("keys of the tokenizer that are not known: " + String.join(", ", unknown));
    }
    Optional<TokenizerAbsence> absence = decided.absence();
    if (absence.isPresent()) {
      notes.add(
          "there is no tokenizer in the file: "
              + absence.get().what()
              + "; "
              + absence.get().remedy());
    }
    return List.copyOf(notes);
  }
}
