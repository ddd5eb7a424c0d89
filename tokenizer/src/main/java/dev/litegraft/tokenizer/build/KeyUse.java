package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.build.TokenizerKey.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accounts for the keys of the JSON files beside {@code tokenizer.json}. */
final class KeyUse {
  private static final Set<String> READ =
      Set.of(
          "tokenizer_class",
          "model_max_length",
          "max_len",
          "padding_side",
          "truncation_side",
          "model_input_names",
          "clean_up_tokenization_spaces",
          "split_special_tokens",
          "add_bos_token",
          "add_eos_token",
          "add_prefix_space",
          "added_tokens_decoder",
          "additional_special_tokens",
          "extra_special_tokens",
          "fix_mistral_regex",
          "tokenizer_file");
  private static final Set<String> HARMLESS =
      Set.of(
          "auto_map", // code is never run
          "backend",
          "chat_template",
          "device_map",
          "errors", // of decoding
          "is_local",
          "local_files_only",
          "max_length", // a call's own
          "name_or_path",
          "never_split", // of the classes without the tokenizers library
          "pad_to_multiple_of",
          "pad_token_type_id",
          "processor_class",
          "response_schema",
          "response_template",
          "slow_tokenizer_class",
          "sp_model_kwargs",
          "spaces_between_special_tokens",
          "special_tokens_map_file",
          "stride",
          "truncation_strategy",
          "use_default_system_prompt",
          "use_fast",
          "verbose",
          "vocab_file",
          "merges_file",
          "files_loaded",
          "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output",
          "trust_remote_code",
          "do_basic_tokenize",
          "full_tokenizer_file",
          "init_inputs",
          "remove_space",
          "tokenizer_type",
          "vocab_type",
          "return_token_type_ids");

  private KeyUse() {}

  static List<TokenizerKey> of(Folder folder, @Nullable TokenizerClass tokenizerClass) {
    List<TokenizerKey> keys = new ArrayList<>();
    folder
        .tokenizerConfig
        .keySet()
        .forEach(
            key ->
                keys.add(
                    new TokenizerKey("tokenizer_config.json", key, ofConfig(key, tokenizerClass))));
    add(keys, "special_tokens_map.json", folder.specialTokensMap);
    add(keys, "added_tokens.json", folder.addedTokens);
    return List.copyOf(keys);
  }

  private static void add(
      List<TokenizerKey> keys, String file, Map<String, @Nullable Object> json) {
    json.keySet().forEach(key -> keys.add(new TokenizerKey(file, key, Use.READ)));
  }

  private static Use ofConfig(String key, @Nullable TokenizerClass tokenizerClass) {
    if (READ.contains(key)
        || key.endsWith("_token")
        || (tokenizerClass != null && tokenizerClass.defaults().containsKey(key))) {
      return Use.READ;
    }
    // What another class reads, this one passes over.
    boolean passedOver = Library.FOUR.knowsArgument(key) || Library.FIVE.knowsArgument(key);
    return passedOver || HARMLESS.contains(key) ? Use.HARMLESS : Use.UNKNOWN;
  }
}
