package dev.litegraft.checkpoint.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a config.json that change a model's answers, each with the values under which it may
 * stay unread because they mean what a model without the key does.
 */
public final class AnswerChangingKeys {
  /** What an unread key means. */
  enum Verdict {
    NEUTRAL,
    CHANGES_THE_ANSWER,
    UNKNOWN
  }

  /** Whether a value leaves the answer as it is when nobody read it. */
  private interface Neutral extends BiPredicate<HfConfig, Object> {}

  private static final Map<String, Neutral> KEYS =
      Map.ofEntries(
          // Positions
          Map.entry("rope_theta", AnswerChangingKeys::never),
          Map.entry("rotary_emb_base", AnswerChangingKeys::never),
          Map.entry("rope_parameters", AnswerChangingKeys::never),
          Map.entry("rope_scaling", AnswerChangingKeys::isPlainRope),
          Map.entry("rope_interleaved", AnswerChangingKeys::isFalse),
          Map.entry("rope_local_base_freq", AnswerChangingKeys::never),
          Map.entry("global_rope_theta", AnswerChangingKeys::never),
          Map.entry("local_rope_theta", AnswerChangingKeys::never),
          Map.entry("partial_rotary_factor", AnswerChangingKeys::isOne),
          Map.entry("rotary_pct", AnswerChangingKeys::isOne),
          Map.entry("rotary_value", AnswerChangingKeys::isFalse),
          Map.entry("rotary_dim", AnswerChangingKeys::never),
          Map.entry("no_rope_layers", AnswerChangingKeys::isRopeEverywhere),
          Map.entry("no_rope_layer_interval", AnswerChangingKeys::isRopeEverywhere),
          Map.entry("position_embedding_type", (config, value) -> value.equals("absolute")),
          Map.entry("position_biased_input", AnswerChangingKeys::isTrue),
          Map.entry("relative_attention", AnswerChangingKeys::isFalse),
          Map.entry("pos_att_type", AnswerChangingKeys::isWithoutRelativeAttention),
          Map.entry("position_buckets", AnswerChangingKeys::isWithoutRelativeAttention),
          Map.entry("max_relative_positions", AnswerChangingKeys::isWithoutRelativeAttention),
          Map.entry("share_att_key", AnswerChangingKeys::isWithoutRelativeAttention),
          Map.entry("norm_rel_ebd", AnswerChangingKeys::isWithoutRelativeAttention),
          Map.entry("alibi", AnswerChangingKeys::isFalse),
          Map.entry("type_vocab_size", (config, value) -> isNumber(value, 0)),
          Map.entry(
              "original_max_position_embeddings",
              (config, value) -> config.value("rope_scaling") == null),
          // Attention
          Map.entry("sliding_window", AnswerChangingKeys::isWindowWithoutEffect),
          Map.entry("use_sliding_window", AnswerChangingKeys::isFalse),
          Map.entry("max_window_layers", AnswerChangingKeys::isWindowOff),
          Map.entry("sliding_window_pattern", AnswerChangingKeys::isWindowOff),
          Map.entry("layer_types", AnswerChangingKeys::isAllFullAttention),
          Map.entry("local_attention", AnswerChangingKeys::never),
          Map.entry("global_attn_every_n_layers", AnswerChangingKeys::never),
          Map.entry("attention_window", AnswerChangingKeys::never),
          Map.entry("attention_type", AnswerChangingKeys::never),
          Map.entry("attn_logit_softcapping", AnswerChangingKeys::never),
          Map.entry("final_logit_softcapping", AnswerChangingKeys::never),
          Map.entry("query_pre_attn_scalar", AnswerChangingKeys::never),
          Map.entry("attention_multiplier", AnswerChangingKeys::never),
          Map.entry("scale_attn_weights", AnswerChangingKeys::isTrue),
          Map.entry("scale_attn_by_inverse_layer_idx", AnswerChangingKeys::isFalse),
          Map.entry("attention_bias", AnswerChangingKeys::isFalse),
          Map.entry("qkv_bias", AnswerChangingKeys::isFalse),
          Map.entry("use_qkv_bias", AnswerChangingKeys::isFalse),
          Map.entry("attention_types", AnswerChangingKeys::never),
          Map.entry("qk_layernorm", AnswerChangingKeys::isFalse),
          Map.entry("use_qk_norm", AnswerChangingKeys::isFalse),
          Map.entry("clip_qkv", AnswerChangingKeys::never),
          Map.entry("new_decoder_architecture", AnswerChangingKeys::isFalse),
          Map.entry("multi_query", AnswerChangingKeys::isFalse),
          Map.entry("use_bidirectional_attention", AnswerChangingKeys::isFalse),
          Map.entry("is_causal", AnswerChangingKeys::isTrue),
          // Other parts of a layer
          Map.entry("mlp_bias", AnswerChangingKeys::isFalse),
          Map.entry("use_bias", AnswerChangingKeys::isFalse),
          Map.entry("enable_bias", AnswerChangingKeys::isTrue),
          Map.entry("norm_bias", AnswerChangingKeys::isFalse),
          Map.entry("layer_norm_elementwise_affine", AnswerChangingKeys::isTrue),
          Map.entry("do_layer_norm_before", AnswerChangingKeys::isTrue),
          Map.entry("_remove_final_layer_norm", AnswerChangingKeys::isFalse),
          Map.entry("apply_residual_connection_post_layernorm", AnswerChangingKeys::isFalse),
          Map.entry("use_parallel_residual", AnswerChangingKeys::never),
          Map.entry("parallel_attn", AnswerChangingKeys::never),
          Map.entry("embedding_multiplier", AnswerChangingKeys::isOne),
          Map.entry("residual_multiplier", AnswerChangingKeys::isOne),
          Map.entry("logits_scaling", AnswerChangingKeys::isOne),
          Map.entry("scale_embedding", AnswerChangingKeys::isFalse),
          Map.entry("normalize_embedding", AnswerChangingKeys::isFalse),
          Map.entry("rescale_embeddings", AnswerChangingKeys::isFalse),
          Map.entry("token_dropout", AnswerChangingKeys::isFalse),
          Map.entry("emb_layer_norm_before", AnswerChangingKeys::isFalse),
          Map.entry("use_task_id", AnswerChangingKeys::isFalse),
          Map.entry("embedding_size", AnswerChangingKeys::isHiddenSize),
          Map.entry("word_embed_proj_dim", AnswerChangingKeys::isHiddenSize),
          Map.entry("num_hidden_groups", AnswerChangingKeys::isOne),
          Map.entry("inner_group_num", AnswerChangingKeys::isOne),
          Map.entry("num_local_experts", AnswerChangingKeys::isZeroOrOne),
          Map.entry("num_experts", AnswerChangingKeys::isZeroOrOne),
          Map.entry("n_routed_experts", AnswerChangingKeys::isZeroOrOne),
          Map.entry("moe_intermediate_size", AnswerChangingKeys::never),
          Map.entry("pruned_heads", AnswerChangingKeys::isEmptyValue),
          Map.entry("q_groups", AnswerChangingKeys::isOne),
          Map.entry("k_groups", AnswerChangingKeys::isOne),
          Map.entry("v_groups", AnswerChangingKeys::isOne),
          Map.entry("post_attention_groups", AnswerChangingKeys::isOne),
          Map.entry("intermediate_groups", AnswerChangingKeys::isOne),
          Map.entry("output_groups", AnswerChangingKeys::isOne),
          Map.entry("num_groups", AnswerChangingKeys::isOne),
          Map.entry("trigram_input", AnswerChangingKeys::isFalse),
          Map.entry("use_bottleneck", AnswerChangingKeys::isFalse),
          Map.entry("normalization_type", AnswerChangingKeys::never),
          Map.entry("head_ratio", AnswerChangingKeys::isOne),
          Map.entry("conv_kernel_size", AnswerChangingKeys::never),
          Map.entry("gelu_activation", AnswerChangingKeys::never),
          Map.entry("pre_norm", AnswerChangingKeys::isFalse),
          Map.entry("causal", AnswerChangingKeys::isFalse),
          Map.entry("attn_type", AnswerChangingKeys::never),
          Map.entry("clamp_len", AnswerChangingKeys::never),
          Map.entry("bi_data", AnswerChangingKeys::isFalse),
          // Heads
          Map.entry("pooler_hidden_act", AnswerChangingKeys::never),
          Map.entry("classifier_pooling", AnswerChangingKeys::never),
          Map.entry("classifier_activation", AnswerChangingKeys::never),
          Map.entry("classifier_bias", AnswerChangingKeys::isFalse),
          // Another kind of model
          Map.entry("is_decoder", AnswerChangingKeys::isFalse),
          Map.entry("is_encoder_decoder", AnswerChangingKeys::isFalse),
          Map.entry("add_cross_attention", AnswerChangingKeys::isFalse),
          Map.entry("cross_attention_hidden_size", AnswerChangingKeys::never),
          Map.entry("tie_encoder_decoder", AnswerChangingKeys::isFalse),
          Map.entry("adapters", AnswerChangingKeys::isEmptyValue),
          Map.entry("adapter_fusion_config", AnswerChangingKeys::isEmptyValue),
          Map.entry("text_config", AnswerChangingKeys::never),
          Map.entry("vision_config", AnswerChangingKeys::never),
          Map.entry("encoder", AnswerChangingKeys::never),
          Map.entry("decoder", AnswerChangingKeys::never),
          Map.entry("quantization_config", AnswerChangingKeys::isEmptyValue),
          Map.entry("auto_map", AnswerChangingKeys::isEmptyValue));

  /** Keys that make another model of any class. */
  private static final Set<String> OF_EVERY_CLASS =
      Set.of(
          "is_decoder",
          "is_encoder_decoder",
          "add_cross_attention",
          "cross_attention_hidden_size",
          "tie_encoder_decoder",
          "adapters",
          "adapter_fusion_config",
          "text_config",
          "vision_config",
          "encoder",
          "decoder",
          "pruned_heads",
          "quantization_config",
          "auto_map");

  private AnswerChangingKeys() {}

  /** Whether a key changes the answers of every class, whether or not that reads it. */
  static boolean concernsAll(String key) {
    return OF_EVERY_CLASS.contains(key);
  }

  /**
   * What it means that nobody read this value.
   *
   * @param families what the families call their settings
   * @param key as {@link HfConfig#unread} gives it
   */
  static Verdict judge(
      HfConfig config, Collection<ConfigNames> families, String key, Object value) {
    for (String rope : new String[] {RopeKeys.SCALING, RopeKeys.PARAMETERS}) {
      if (key.startsWith(rope + ".")) {
        return judgeRope(config, key, value);
      }
    }
    Optional<Boolean> ofFamilies = isNeutral(config, families, key, value);
    if (ofFamilies.isPresent()) {
      return ofFamilies.get() ? Verdict.NEUTRAL : Verdict.CHANGES_THE_ANSWER;
    }
    Neutral neutral = KEYS.get(key);
    if (neutral == null) {
      return Verdict.UNKNOWN;
    }
    return neutral.test(config, value) ? Verdict.NEUTRAL : Verdict.CHANGES_THE_ANSWER;
  }

  /**
   * Whether what every transformer has may stay unread under a name that some family has for it;
   * absent of other keys.
   */
  private static Optional<Boolean> isNeutral(
      HfConfig config, Collection<ConfigNames> families, String key, Object value) {
    if (any(families, f -> List.of(f.sharedHeads()), key)) {
      return Optional.of(isNumber(value, number(config, families, ConfigNames::heads)));
    }
    if (any(families, f -> List.of(f.headWidth()), key)) {
      double width = number(config, families, ConfigNames::width);
      return Optional.of(isNumber(value, width / number(config, families, ConfigNames::heads)));
    }
    if (any(families, ConfigNames::activations, key)) {
      // Spellings of one setting: if one was read, the others were not needed.
      Set<String> unread = config.unread();
      return Optional.of(
          families.stream()
              .flatMap(f -> f.activations().stream())
              .anyMatch(other -> config.value(other) != null && !unread.contains(other)));
    }
    boolean counts = any(families, f -> List.of(f.heads(), f.layers()), key);
    return counts || any(families, ConfigNames::epsilon, key)
        ? Optional.of(false)
        : Optional.empty();
  }

  private static boolean any(
      Collection<ConfigNames> families, Function<ConfigNames, List<String>> names, String key) {
    return families.stream().anyMatch(family -> names.apply(family).contains(key));
  }

  /** Under the first of the families' names that the config has. */
  private static double number(
      HfConfig config, Collection<ConfigNames> families, Function<ConfigNames, String> name) {
    return families.stream()
        .map(name)
        .filter(key -> config.value(key) != null)
        .mapToDouble(key -> number(config, key))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Of a scaling whose type was read, what the type needs was read too. */
  private static Verdict judgeRope(HfConfig config, String key, Object value) {
    String member = key.substring(key.lastIndexOf('.') + 1);
    return switch (member) {
      case "rope_type", "type" ->
          value.equals("default") ? Verdict.NEUTRAL : Verdict.CHANGES_THE_ANSWER;
      case "rope_theta" -> Verdict.CHANGES_THE_ANSWER;
      case "partial_rotary_factor" ->
          isNumber(value, 1) ? Verdict.NEUTRAL : Verdict.CHANGES_THE_ANSWER;
      default ->
          value instanceof Map && !isPlainRope(config, value)
              ? Verdict.CHANGES_THE_ANSWER
              : Verdict.UNKNOWN;
    };
  }

  /** Whether a value is absent, false, or has nothing in it. */
  public static boolean isEmpty(@Nullable Object value) {
    return value == null
        || value.equals(false)
        || (value instanceof Map<?, ?> map && map.isEmpty())
        || (value instanceof Collection<?> list && list.isEmpty());
  }

  private static boolean isNumber(@Nullable Object value, double number) {
    return value instanceof Number n && n.doubleValue() == number;
  }

  private static double number(HfConfig config, String key) {
    return config.value(key) instanceof Number n ? n.doubleValue() : Double.NaN;
  }

  private static boolean never(HfConfig config, Object value) {
    return false;
  }

  private static boolean isFalse(HfConfig config, Object value) {
    return value.equals(false);
  }

  private static boolean isTrue(HfConfig config, Object value) {
    return value.equals(true);
  }

  private static boolean isEmptyValue(HfConfig config, Object value) {
    return isEmpty(value);
  }

  private static boolean isOne(HfConfig config, Object value) {
    return isNumber(value, 1);
  }

  private static boolean isZeroOrOne(HfConfig config, Object value) {
    return isNumber(value, 0) || isNumber(value, 1);
  }

  private static boolean isPlainRope(HfConfig config, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return false;
    }
    Object type = map.containsKey("rope_type") ? map.get("rope_type") : map.get("type");
    return map.isEmpty() || "default".equals(type);
  }

  private static boolean isRopeEverywhere(HfConfig config, Object value) {
    return config.value("no_rope_layers") instanceof Collection<?> layers
        && layers.stream().allMatch(layer -> isNumber(layer, 1));
  }

  private static boolean isWithoutRelativeAttention(HfConfig config, Object value) {
    return isEmpty(config.value("relative_attention"));
  }

  private static boolean isWindowOff(HfConfig config, Object value) {
    return Boolean.FALSE.equals(config.value("use_sliding_window"))
        || config.value("sliding_window") == null;
  }

  /** A window over all positions that the model has hides nothing. */
  private static boolean isWindowWithoutEffect(HfConfig config, Object value) {
    return isWindowOff(config, value)
        || (value instanceof Number n
            && n.doubleValue() >= number(config, "max_position_embeddings"));
  }

  private static boolean isAllFullAttention(HfConfig config, Object value) {
    return value instanceof Collection<?> types
        && types.stream().allMatch(type -> "full_attention".equals(type));
  }

  private static boolean isHiddenSize(HfConfig config, Object value) {
    return isNumber(value, number(config, "hidden_size"));
  }
}
