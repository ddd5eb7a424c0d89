package dev.litegraft.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.function.Supplier;
import java.util.regex.Matcher;

/**
 * The tokenizer that the library would build of a folder, as it travels in the file.
 *
 * @param decided what the folder's files mean
 * @param where the folder that it is from, for messages
 * @param sources where its files are
 */
public record CheckpointTokenizer(DecidedTokenizer decided, Path where, Sources sources) {
  /**
   * Where a tokenizer's files are.
   *
   * @param model where config.json is
   * @param folder the whole folder, of which the model's may be a part
   * @param adapter an adapter's folder, whose own tokenizer goes before the base's
   * @param lowerCase whether sentence-transformers makes the tokenizer lower-case texts
   */
  record Sources(Path model, Path folder, Optional<Path> adapter, boolean lowerCase) {}

  /** Gemma's, the largest in use, has 34 MB. */
  private static final long MAX_BYTES = 256L << 20;

  private static final String VERSIONS = "config_sentence_transformers.json";
  private static final String VERSION = "transformers_version";

  /**
   * Decides the tokenizer.
   *
   * @param model where config.json is
   * @param folder the whole folder, of which the model's may be a part
   * @param adapter an adapter's folder, whose own tokenizer goes before the base's
   * @param lowerCase whether sentence-transformers makes the tokenizer lower-case texts
   * @throws InvalidCheckpointException if a file of it is damaged, or too large
   */
  public static CheckpointTokenizer of(
      Path model, Path folder, Optional<Path> adapter, boolean lowerCase) throws IOException {
    Sources sources = new Sources(model, folder, adapter, lowerCase);
    try {
      boolean own = adapter.isPresent() && ofAdapter(sources, Map.of()).holdTokenizer();
      return new CheckpointTokenizer(
          decided(sources, Map.of()), own ? adapter.get() : model, sources);
    } catch (TokenizerException e) {
      throw fault(e);
    }
  }

  /**
   * What is asked of a tokenizer.
   *
   * @throws InvalidCheckpointException if it cannot be read, or not read the text
   */
  static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (TokenizerException e) {
      throw fault(e);
    }
  }

  private static InvalidCheckpointException fault(TokenizerException e) {
    InvalidCheckpointException fault =
        new InvalidCheckpointException(e.what(), e.where(), e.remedy());
    fault.initCause(e);
    return fault;
  }

  private static DecidedTokenizer decided(Sources sources, Map<String, String> changes)
      throws IOException {
    TokenizerFiles base = files(sources.model(), sources.folder(), changes);
    DecidedTokenizer decided =
        sources.adapter().isEmpty()
            ? DecidedTokenizer.of(base)
            : DecidedTokenizer.of(base, ofAdapter(sources, changes));
    return sources.lowerCase() ? decided.lowerCased() : decided;
  }

  private static TokenizerFiles ofAdapter(Sources sources, Map<String, String> changes)
      throws IOException {
    Path adapter = sources.adapter().orElseThrow();
    return files(adapter, adapter, changes);
  }

  /**
   * The tokenizer that the folder would mean if one setting were another.
   *
   * @param key {@code transformers_version}, or a key of tokenizer_config.json
   * @param json its value
   * @throws TokenizerException if no tokenizer can be made so
   * @throws IOException if a file cannot be read
   */
  public DecidedTokenizer decidedWith(String key, String json) throws IOException {
    return decided(sources, Map.of(key, json));
  }

  private static TokenizerFiles files(Path model, Path folder, Map<String, String> changes)
      throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : TokenizerFiles.NAMES) {
      if (name.equals(VERSIONS) && changes.containsKey(VERSION)) {
        continue; // it would go before config.json
      }
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
    if (!changes.isEmpty() && !changes.containsKey(VERSION)) {
      files.computeIfAbsent("tokenizer_config.json", name -> "{}".getBytes(UTF_8));
    }
    changes.forEach(
        (key, value) ->
            files.computeIfPresent(
                key.equals(VERSION) ? "config.json" : "tokenizer_config.json",
                (name, json) -> with(json, key, value)));
    return TokenizerFiles.of(files, model.toString());
  }

  /** An object of JSON in which a key of plain values has another one. */
  private static byte[] with(byte[] json, String key, String value) {
    String text = new String(json, UTF_8);
    String member = "\"" + key + "\": " + value;
    String changed =
        text.replaceFirst(
            "\"" + key + "\"\\s*:\\s*(\"[^\"]*\"|true|false|null)",
            Matcher.quoteReplacement(member));
    if (changed.equals(text) && !text.contains(member)) {
      boolean empty = text.matches("(?s)\\s*\\{\\s*}\\s*");
      changed =
          text.replaceFirst("\\{", Matcher.quoteReplacement("{" + member + (empty ? "" : ", ")));
    }
    return changed.getBytes(UTF_8);
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

  /** Whether it gives the types of tokens: which of two texts each is of. */
  public boolean givesTypes() {
    return decided.settings().map(TokenizerSettings::givesTokenTypes).orElse(false);
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
