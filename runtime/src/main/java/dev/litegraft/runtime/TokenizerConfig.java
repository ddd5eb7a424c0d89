package dev.litegraft.runtime;

import dev.litegraft.json.Json;
import dev.litegraft.tokenizer.Truncation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} says about padding, truncation and special tokens.
 *
 * <p>Source: {@code transformers.PreTrainedTokenizerFast} and the classes that override it.
 */
final class TokenizerConfig {
  /** No {@code tokenizer_config.json}: transformers' defaults. */
  static final TokenizerConfig ABSENT = new TokenizerConfig(Map.of());

  // These classes replace the template of tokenizer.json by one made of add_bos_token and
  // add_eos_token.
  private static final Set<String> ADD_BOS_THEMSELVES =
      Set.of("LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer");

  // These classes change the normalizer of tokenizer.json where their own settings differ.
  private static final Set<String> NORMALIZE_THEMSELVES =
      Set.of(
          "BertTokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "MobileBertTokenizer",
          "ConvBertTokenizer",
          "SqueezeBertTokenizer",
          "MPNetTokenizer",
          "FunnelTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer");

  // transformers writes int(1e30) where a tokenizer has no limit.
  private static final double NO_LIMIT = 1e9;

  private final Map<String, @Nullable Object> keys;

  TokenizerConfig(Map<String, @Nullable Object> keys) {
    this.keys = keys;
  }

  static TokenizerConfig of(byte[] json, String where) {
    return new TokenizerConfig(Json.parse(json, where));
  }

  /** {@code model_max_length}; absent where the tokenizer has no limit. */
  Optional<Integer> maxLength() {
    return keys.get("model_max_length") instanceof Number number
            && number.doubleValue() > 0
            && number.doubleValue() < NO_LIMIT
        ? Optional.of(number.intValue())
        : Optional.empty();
  }

  boolean padsLeft() {
    return isLeft("padding_side");
  }

  boolean truncatesLeft() {
    return isLeft("truncation_side");
  }

  private boolean isLeft(String key) {
    return keys.get(key) instanceof String side && side.toLowerCase(Locale.ROOT).equals("left");
  }

  /** The text of {@code bos_token}, {@code eos_token} or {@code pad_token}. */
  Optional<String> token(String key) {
    Object value = keys.get(key);
    if (value instanceof Map<?, ?> token) {
      value = token.get("content");
    }
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /**
   * Which version of the tokenizers library cuts pairs of texts: the converter writes it beside
   * what transformers writes.
   */
  Truncation.Version library() {
    return "0.23".equals(keys.get("tokenizers"))
        ? Truncation.Version.V0_23
        : Truncation.Version.V0_21;
  }

  /** Whether a model is told the token types: {@code model_input_names} may leave them out. */
  boolean givesTokenTypes() {
    return !(keys.get("model_input_names") instanceof List<?> names)
        || names.contains("token_type_ids");
  }

  /** Whether this class of tokenizer takes its special tokens from its config. */
  boolean addsSpecialTokensItself() {
    return ADD_BOS_THEMSELVES.contains(tokenizerClass());
  }

  boolean addsBos() {
    return flag("add_bos_token").orElse(true);
  }

  boolean addsEos() {
    return flag("add_eos_token").orElse(false);
  }

  /** The settings that override those of a {@code BertNormalizer}: its key to the value. */
  Map<String, Boolean> normalizerOverrides() {
    if (!NORMALIZE_THEMSELVES.contains(tokenizerClass())) {
      return Map.of();
    }
    Map<String, Boolean> overrides = new java.util.LinkedHashMap<>();
    flag("do_lower_case").ifPresent(value -> overrides.put("lowercase", value));
    flag("strip_accents").ifPresent(value -> overrides.put("strip_accents", value));
    flag("tokenize_chinese_chars").ifPresent(value -> overrides.put("handle_chinese_chars", value));
    return overrides;
  }

  /** Whether a space is put before the text; overrides a pre-tokenizer that has the setting. */
  Optional<Boolean> addPrefixSpace() {
    return flag("add_prefix_space");
  }

  private Optional<Boolean> flag(String key) {
    return keys.get(key) instanceof Boolean value ? Optional.of(value) : Optional.empty();
  }

  private String tokenizerClass() {
    String name = keys.get("tokenizer_class") instanceof String text ? text : "";
    return name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
  }
}
