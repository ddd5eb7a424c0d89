package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a Transformer module of sentence-transformers gives to the classes of its tokenizer, its
 * config and its model. An argument that changes how texts are read is refused.
 *
 * <p>Source: {@code sentence_transformers/base/modules/transformer.py}, load_config and __init__.
 *
 * @param module the module's settings
 */
record ModuleArguments(HfConfig module) {
  /** Where something is loaded from, and in which precision. */
  private static final Set<String> LOADING =
      Set.of(
          "trust_remote_code",
          "revision",
          "subfolder",
          "token",
          "cache_dir",
          "local_files_only",
          "use_fast",
          "padding",
          "clean_up_tokenization_spaces",
          "torch_dtype",
          "dtype",
          "attn_implementation",
          "device_map",
          "low_cpu_mem_usage",
          "use_safetensors",
          "add_pooling_layer",
          "use_memory_efficient_attention",
          "unpad_inputs");

  /**
   * The longest text in tokens. The tokenizer's argument goes before the module's own key (until
   * version 5.3 behind it), and that of a call before both.
   */
  OptionalInt maxLength(SavedBy savedBy) {
    OptionalInt length = length(module, "max_seq_length");
    boolean own = length.isPresent() && savedBy.sentenceTransformersBefore(5, 4);
    for (String name : List.of("tokenizer_args", "processor_kwargs")) {
      for (HfConfig args : module.at(name).stream().toList()) {
        OptionalInt given = length(args, "model_max_length");
        length = given.isPresent() && !own ? given : length;
        requireOnly(args, Set.of("model_max_length"));
      }
    }
    for (HfConfig processing : module.at("processing_kwargs").stream().toList()) {
      OptionalInt given = lengthOfCalls(processing);
      length = given.isPresent() ? given : length;
      for (String part : List.of("chat_template", "audio", "image", "video")) {
        processing.at(part).ifPresent(args -> args.keys().forEach(args::has));
      }
    }
    return length;
  }

  private static OptionalInt lengthOfCalls(HfConfig processing) {
    OptionalInt length = OptionalInt.empty();
    for (String part : List.of("text", "common")) {
      for (HfConfig args : processing.at(part).stream().toList()) {
        OptionalInt given = length(args, "max_length");
        length = given.isPresent() ? given : length;
        Object truncation = args.value("truncation");
        boolean usual =
            truncation == null || truncation.equals(true) || truncation.equals("longest_first");
        requireOnly(args, usual ? Set.of("max_length", "truncation") : Set.of("max_length"));
      }
    }
    return length;
  }

  /**
   * Keys of config.json that the config's class is given, which go before those of the file; the
   * model's own arguments are refused.
   */
  Map<String, @Nullable Object> modelSettings() {
    Map<String, @Nullable Object> settings = new LinkedHashMap<>();
    for (String name : List.of("config_args", "config_kwargs")) {
      for (HfConfig args : module.at(name).stream().toList()) {
        for (String key : args.keys()) {
          if (!LOADING.contains(key)) {
            settings.put(key, args.value(key));
          }
          args.has(key);
        }
      }
    }
    for (String name : List.of("model_args", "model_kwargs")) {
      module.at(name).ifPresent(args -> requireOnly(args, Set.of()));
    }
    return settings;
  }

  private static OptionalInt length(HfConfig config, String key) {
    return config.has(key) ? OptionalInt.of(Math.max(1, config.integer(key))) : OptionalInt.empty();
  }

  private static void requireOnly(HfConfig config, Set<String> read) {
    for (String key : config.keys()) {
      if (!LOADING.contains(key) && !read.contains(key)) {
        throw changed(config, key);
      }
      config.has(key);
    }
  }

  /** A key that says how texts are read in a place where nothing of it is taken. */
  static InvalidCheckpointException changed(HfConfig config, String key) {
    return new InvalidCheckpointException(
        key
            + " is "
            + Json.show(config.value(key))
            + ", which changes how texts are read and cannot be converted",
        config.where() + ", " + key,
        "in a copy of the folder, say it in tokenizer_config.json or config.json, and compare with"
            + " recorded answers of the original: convert COPY --expected FILE");
  }
}
