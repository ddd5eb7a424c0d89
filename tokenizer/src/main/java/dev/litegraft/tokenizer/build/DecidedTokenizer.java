package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer that a folder means, decided once: what a file that is made of the folder carries,
 * so that whoever reads that file needs no rule of any library.
 *
 * @param tokenizerJson the whole {@code tokenizer.json}; absent where none can be made
 * @param settings what {@code tokenizer.json} does not hold; absent with it
 * @param tokenizerClass the class of transformers that was followed, without {@code Fast}
 * @param notes for the user: what was decided and why, a sentence each
 * @param keys every key of the JSON files beside {@code tokenizer.json} and what became of it
 * @param absence why there is no tokenizer, and what to do
 */
public record DecidedTokenizer(
    Optional<byte[]> tokenizerJson,
    Optional<TokenizerSettings> settings,
    String tokenizerClass,
    List<String> notes,
    List<TokenizerKey> keys,
    Optional<TokenizerAbsence> absence) {

  /**
   * Decides the tokenizer of a model's folder.
   *
   * @throws TokenizerException if a file is no JSON or has no vocabulary
   */
  public static DecidedTokenizer of(TokenizerFiles folder) {
    return Decision.of(new Folder(folder), Optional.empty());
  }

  /**
   * Decides the tokenizer of a folder with an adapter: the adapter's own, where its folder has one.
   *
   * @throws TokenizerException if a file is no JSON or has no vocabulary
   */
  public static DecidedTokenizer of(TokenizerFiles folder, TokenizerFiles adapter) {
    Folder base = new Folder(folder);
    return adapter.holdTokenizer()
        ? Decision.of(new Folder(adapter), Optional.of(base))
        : Decision.of(base, Optional.empty());
  }

  /**
   * The same with a normalizer that makes letters small before anything else, as
   * sentence-transformers since 5.4 gives one to a tokenizer ({@code do_lower_case}); special
   * tokens are still found as they are written.
   */
  public DecidedTokenizer lowerCased() {
    if (tokenizerJson.isEmpty()) {
      return this;
    }
    Map<String, @Nullable Object> json = Json.tokenizer(tokenizerJson.get(), "tokenizer.json");
    json.put("normalizer", Case.lowering(json.get("normalizer")));
    return new DecidedTokenizer(
        Optional.of(Json.bytes(json)),
        settings.map(TokenizerSettings::lowerCased),
        tokenizerClass,
        notes,
        keys,
        absence);
  }
}
