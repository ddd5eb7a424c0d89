package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every key of a config.json was read, is known to be harmless, or is named; an unread key that can
 * change the answer is an error.
 *
 * <p>Source: the configuration classes of transformers 4.52 and 5.
 */
public final class ConfigKeys {
  /** Keys of training, generation, tokenization and bookkeeping: no value changes the logits. */
  private static final Set<String> HARMLESS =
      words(
          """
          architectures model_type _name_or_path name_or_path transformers_version
          transformers.js_config torch_dtype dtype finetuning_task task_specific_params
          tokenizer_class prefix license language tags library_name
          id2label label2id num_labels problem_type label_smoothing
          sentence_transformers sbert_ce_default_activation_function
          use_cache return_dict output_attentions output_hidden_states output_past torchscript
          use_bfloat16 tf_legacy_loss use_return_dict gradient_checkpointing cache_implementation
          attn_implementation _attn_implementation _attn_implementation_internal
          _attn_implementation_autoset _flash_attn_2_enabled use_flash_attn flash_attn
          deterministic_flash_attn reference_compile reorder_and_upcast_attn
          repad_logits_with_grad sparse_prediction sparse_pred_ignore_index chunk_size_feed_forward
          slow_but_exact attention_softmax_in_fp32 masked_softmax_fusion bias_dropout_fusion
          skip_bias_add skip_bias_add_qkv offset_alibi
          asm use_lang_emb lang_id unk_index mask_index bos_index eos_index embed_init_std
          sinusoidal_embeddings start_n_top end_n_top use_mems_train untie_r onnx_export
          use_mem_eff_path unpad_inputs pretraining_tp is_llama_config
          initializer_factor initializer_cutoff_factor
          sinusoidal_pos_embds layerdrop encoder_layerdrop decoder_layerdrop
          rescale_layer_norm router_aux_loss_coef output_router_logits router_jitter_noise
          max_length min_length do_sample early_stopping num_beams num_beam_groups
          diversity_penalty temperature top_k top_p typical_p repetition_penalty length_penalty
          no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids num_return_sequences
          output_scores return_dict_in_generate forced_bos_token_id forced_eos_token_id
          remove_invalid_values exponential_decay_length_penalty suppress_tokens
          begin_suppress_tokens max_new_tokens generation_config
          summary_type summary_use_proj summary_activation summary_proj_to_labels
          decoder_bias tie_word_embeddings tpu_short_seq_length use_tpu_fourier_optimizations
          directionality pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers
          pooler_size_per_head pooler_type generator_size generator_hidden_size
          legacy unsloth_version unsloth_fixed use_unsloth
          """);

  /** Keys under which tools say that they quantized the weights: transformers', older ones, MLX. */
  private static final List<String> QUANTIZATIONS =
      List.of("quantization_config", "compression_config", "quantization");

  private ConfigKeys() {}

  /**
   * Refuses, before anything else is read, what no family can convert.
   *
   * @throws InvalidCheckpointException if the weights are quantized or the model is custom code
   */
  public static void requireConvertible(HfConfig config) {
    for (String key : QUANTIZATIONS) {
      if (!AnswerChangingKeys.isEmpty(config.value(key))) {
        throw QuantizedWeights.refused(method(config, key).orElse(""), config.where() + ": " + key);
      }
    }
    if (!AnswerChangingKeys.isEmpty(config.value("auto_map"))) {
      throw new InvalidCheckpointException(
          "the model is custom code in Python (auto_map), which cannot be converted",
          config.where() + ": auto_map",
          "use a model that transformers has a class of its own for; whether this code computes what"
              + " such a class does, only reading it tells, or recorded answers: `litegraft expect`"
              + " prints the script for them");
    }
  }

  private static Optional<String> method(HfConfig config, String key) {
    if (config.value(key + ".quant_method") instanceof String method) {
      return Optional.of(method);
    }
    boolean ofBitsAndBytes =
        Stream.of("load_in_8bit", "load_in_4bit")
            .anyMatch(flag -> !AnswerChangingKeys.isEmpty(config.value(key + "." + flag)));
    return ofBitsAndBytes
        ? Optional.of("bitsandbytes")
        : key.equals("quantization") ? Optional.of("MLX") : Optional.empty();
  }

  /**
   * Accounts for every key, after the forward pass has read what it needs.
   *
   * @param families what the families call their settings. A key of any of them is known: sizes are
   *     harmless, since the shapes of the tensors say whether they are right
   * @param reads whether the model's class reads a key that changes answers in some family; one
   *     that it never reads is harmless
   * @return the unread keys that are not known, in the file's order, to be named to the user
   * @throws InvalidCheckpointException if an unread key can change the answer
   */
  public static List<String> check(
      HfConfig config, Collection<ConfigNames> families, Predicate<String> reads) {
    List<String> unknown = new ArrayList<>();
    List<String> dangerous = new ArrayList<>();
    for (String key : config.unread()) {
      Object value = config.value(key);
      if (value == null || isHarmless(key, families)) {
        continue;
      }
      switch (AnswerChangingKeys.judge(config, families, key, value)) {
        case NEUTRAL -> {}
        case UNKNOWN -> unknown.add(key);
        case CHANGES_THE_ANSWER -> {
          if (AnswerChangingKeys.concernsAll(key) || reads.test(key.replaceFirst("\\..*", ""))) {
            dangerous.add(key + " = " + Json.show(value));
          }
        }
      }
    }
    if (!dangerous.isEmpty()) {
      throw new InvalidCheckpointException(
          String.join(", ", dangerous)
              + (dangerous.size() == 1 ? " changes" : " change")
              + " the model's answers and "
              + (dangerous.size() == 1 ? "is" : "are")
              + " not supported for "
              + Json.show(config.value("model_type")),
          config.where(),
          "use a checkpoint without this, or save a copy of the model whose config.json has not the"
              + " key, and compare the file with recorded answers of the original: convert COPY"
              + " --expected FILE (`litegraft expect` prints the script that records them)");
    }
    return List.copyOf(unknown);
  }

  /** As {@link #check(HfConfig, Collection, Predicate)}, of a class that may read every key. */
  public static List<String> check(HfConfig config, Collection<ConfigNames> families) {
    return check(config, families, key -> true);
  }

  private static boolean isHarmless(String key, Collection<ConfigNames> families) {
    return HARMLESS.contains(key)
        || families.stream()
            .anyMatch(f -> f.sizes().contains(key) || f.initializerRange().equals(key))
        || key.contains("dropout")
        || key.endsWith("_pdrop")
        || key.endsWith("_token_id")
        || key.endsWith("_token_ids")
        || key.startsWith("id2label.")
        || key.startsWith("label2id.");
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.trim().split("\\s+", -1)).collect(Collectors.toUnmodifiableSet());
  }
}
