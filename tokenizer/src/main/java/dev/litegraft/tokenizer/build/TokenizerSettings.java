package dev.litegraft.tokenizer.build;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a call of the tokenizer needs beside {@code tokenizer.json}.
 *
 * @param modelMaxLength the longest text in tokens; absent where the tokenizer has no limit
 * @param padsLeft whether padding goes before the text
 * @param truncatesLeft whether a text that is too long is cut at its start
 * @param givesTokenTypes whether the model is given token types; where not, they are all 0
 * @param cleansUpSpaces whether decoding takes spaces before punctuation away
 * @param specialTokens {@code bos_token}, {@code eos_token}, {@code unk_token}, {@code sep_token},
 *     {@code pad_token}, {@code cls_token}, {@code mask_token}: those that are set, with their
 *     texts
 * @param specialIds the ids of {@code specialTokens}, by the same names
 * @param library the version of transformers whose rules were followed: 4 or 5
 * @param tokenizers the version of the tokenizers library that stands behind it, as {@code 0.22}:
 *     it decides which of two texts that are cut alike keeps the odd token
 * @param lowerCases whether text is lower-cased before anything else
 * @param prefixesSpace whether a byte-level pre-tokenizer puts a space before the text
 */
public record TokenizerSettings(
    OptionalInt modelMaxLength,
    boolean padsLeft,
    boolean truncatesLeft,
    boolean givesTokenTypes,
    boolean cleansUpSpaces,
    Map<String, String> specialTokens,
    Map<String, Integer> specialIds,
    int library,
    String tokenizers,
    boolean lowerCases,
    boolean prefixesSpace) {
  private static final double NO_LIMIT = 1e9;

  static TokenizerSettings of(
      Library library,
      TokenizerClass tokenizerClass,
      Arguments arguments,
      SpecialTokens tokens,
      Draft draft,
      Folder folder) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String name : SpecialTokens.NAMES) {
      tokens.text(name).ifPresent(text -> texts.put(name, text));
      Integer id = tokens.id(name, draft);
      if (id != null) {
        ids.put(name, id);
      }
    }
    return new TokenizerSettings(
        maxLength(arguments),
        left(arguments, "padding_side", tokenizerClass.paddingSide()),
        left(arguments, "truncation_side", tokenizerClass.truncationSide()),
        givesTypes(arguments, tokenizerClass),
        arguments.isTrue("clean_up_tokenization_spaces"),
        texts,
        ids,
        library.major(),
        SavedBy.tokenizers(folder, library),
        Case.lowers(draft.normalizer),
        draft.preTokenizer instanceof Map<?, ?> part
            && Boolean.TRUE.equals(part.get("add_prefix_space")));
  }

  private static OptionalInt maxLength(Arguments arguments) {
    Object value =
        arguments.has("model_max_length")
            ? arguments.values.get("model_max_length")
            : arguments.values.get("max_len");
    return value instanceof Number number
            && number.doubleValue() >= 1
            && number.doubleValue() < NO_LIMIT
        ? OptionalInt.of(number.intValue())
        : OptionalInt.empty();
  }

  private static boolean left(Arguments arguments, String key, String otherwise) {
    Object value = arguments.has(key) ? arguments.values.get(key) : otherwise;
    return "left".equals(value);
  }

  private static boolean givesTypes(Arguments arguments, TokenizerClass tokenizerClass) {
    return arguments.values.get("model_input_names") instanceof List<?> names
        ? names.contains("token_type_ids")
        : tokenizerClass.inputNames().contains("token_type_ids");
  }

  /** The same of a tokenizer that makes letters small. */
  TokenizerSettings lowerCased() {
    return new TokenizerSettings(
        modelMaxLength,
        padsLeft,
        truncatesLeft,
        givesTokenTypes,
        cleansUpSpaces,
        specialTokens,
        specialIds,
        library,
        tokenizers,
        true,
        prefixesSpace);
  }

  /** The id of the padding token. */
  public OptionalInt padId() {
    Integer id = specialIds.get("pad_token");
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * A {@code tokenizer_config.json} that says the same to any program, whatever its version: of the
   * class without rules of its own. {@code tokenizers} is Litegraft's own key: the version of the
   * library that cuts pairs.
   */
  public byte[] tokenizerConfig() {
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    modelMaxLength.ifPresent(length -> config.put("model_max_length", length));
    config.put("padding_side", padsLeft ? "left" : "right");
    config.put("truncation_side", truncatesLeft ? "left" : "right");
    config.put(
        "model_input_names",
        givesTokenTypes
            ? List.of("input_ids", "token_type_ids", "attention_mask")
            : List.of("input_ids", "attention_mask"));
    config.put("clean_up_tokenization_spaces", cleansUpSpaces);
    if (prefixesSpace) { // version 4 takes the key's absence for false
      config.put("add_prefix_space", true);
    }
    config.put("tokenizers", tokenizers);
    config.putAll(specialTokens);
    return Json.bytes(config);
  }
}
