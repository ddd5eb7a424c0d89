package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Side;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} and {@code special_tokens_map.json} say; without these files
 * what transformers takes then.
 *
 * <p>Source: {@code transformers/tokenization_utils_base.py}.
 *
 * @param modelMaxLength the longest text in tokens; absent where the file has the huge number that
 *     stands for none
 * @param paddingSide where padding goes
 * @param truncationSide where a text that is too long is cut
 * @param doLowerCase whether text is lower-cased; absent where the class decides
 * @param addPrefixSpace whether a space is put before the text
 * @param addBosToken whether the first token is added
 * @param addEosToken whether the last token is added
 */
public record TokenizerConfig(
    Optional<String> tokenizerClass,
    OptionalInt modelMaxLength,
    Side paddingSide,
    Side truncationSide,
    Optional<String> padToken,
    Optional<String> bosToken,
    Optional<String> eosToken,
    Optional<String> unkToken,
    Optional<String> clsToken,
    Optional<String> sepToken,
    Optional<String> maskToken,
    Optional<Boolean> doLowerCase,
    Optional<Boolean> addPrefixSpace,
    Optional<Boolean> addBosToken,
    Optional<Boolean> addEosToken) {
  private static final long MAX_BYTES = 64 << 20;

  /**
   * Reads the files that are there.
   *
   * @throws InvalidInputException if one is not a JSON object, or a value has the wrong type
   */
  public static TokenizerConfig read(TokenizerFiles files) throws IOException {
    HfConfig config = open(files.config());
    HfConfig special = open(files.specialTokens());
    // Newer files have all in the config, and transformers then leaves the map unread.
    boolean mapCounts = config.value("added_tokens_decoder") == null;
    HfConfig first = mapCounts ? special : config;
    HfConfig second = mapCounts ? config : special;
    return new TokenizerConfig(
        text(config, "tokenizer_class"),
        maxLength(config),
        side(config, "padding_side"),
        side(config, "truncation_side"),
        token(first, second, "pad_token"),
        token(first, second, "bos_token"),
        token(first, second, "eos_token"),
        token(first, second, "unk_token"),
        token(first, second, "cls_token"),
        token(first, second, "sep_token"),
        token(first, second, "mask_token"),
        flag(config, "do_lower_case"),
        flag(config, "add_prefix_space"),
        flag(config, "add_bos_token"),
        flag(config, "add_eos_token"));
  }

  private static HfConfig open(Optional<Path> file) throws IOException {
    return file.isPresent()
        ? JsonConfig.of(Json.read(file.get(), MAX_BYTES), file.get().toString())
        : JsonConfig.of(Map.of(), "tokenizer_config.json");
  }

  private static Optional<String> text(HfConfig config, String key) {
    return config.has(key) ? Optional.of(config.text(key)) : Optional.empty();
  }

  private static Optional<Boolean> flag(HfConfig config, String key) {
    return config.has(key) ? Optional.of(config.flag(key, false)) : Optional.empty();
  }

  private static OptionalInt maxLength(HfConfig config) {
    String key = "model_max_length";
    Object value = config.value(key);
    if (value == null || (value instanceof Number n && n.doubleValue() > Integer.MAX_VALUE)) {
      return OptionalInt.empty();
    }
    int length = config.integer(key);
    if (length < 1) {
      throw new InvalidInputException(
          key + " is " + length + ", where a whole number of 1 or more is needed",
          config.where(),
          "correct the key, or remove it");
    }
    return OptionalInt.of(length);
  }

  private static Side side(HfConfig config, String key) {
    String side = config.text(key, "right");
    return switch (side) {
      case "right" -> Side.RIGHT;
      case "left" -> Side.LEFT;
      default ->
          throw new InvalidInputException(
              key + " is \"" + side + "\", where \"left\" or \"right\" is needed",
              config.where(),
              "correct the key, or remove it: transformers then takes \"right\"");
    };
  }

  private static Optional<String> token(HfConfig first, HfConfig second, String key) {
    return first.value(key) != null ? token(first, key) : token(second, key);
  }

  /** A token is a string, or an object that has it as {@code content}. */
  private static Optional<String> token(HfConfig config, String key) {
    @Nullable Object value = config.value(key);
    if (value instanceof Map) {
      return config.at(key).map(object -> object.text("content"));
    }
    return text(config, key);
  }
}
