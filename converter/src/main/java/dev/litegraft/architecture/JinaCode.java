package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.config.HfConfig;
import java.util.Optional;

/**
 * Jina's code for XLM-RoBERTa with rotary positions and a low-rank update a task; with learned
 * positions it is XLM-RoBERTa under other names.
 *
 * <p>Source: {@code modeling_xlm_roberta.py} and {@code modeling_lora.py} of
 * jinaai/xlm-roberta-flash-implementation.
 */
final class JinaCode {
  private JinaCode() {}

  static CustomCode of(HfConfig config, Optional<String> task) {
    TaskLora lora = TaskLora.of(config, task);
    String positions = config.text("position_embedding_type", "rotary");
    HfConfig read =
        OwnCode.of(config)
            .withDefault("type_vocab_size", 1)
            .withDefault("layer_norm_eps", 1e-5)
            .withDefault("hidden_act", "gelu")
            .withDefault("pad_token_id", 1)
            .withDefault("max_position_embeddings", 8194)
            .require("position_embedding_type", "rotary", "absolute")
            .without(
                "lora_adaptations",
                "lora_alpha",
                "lora_rank",
                "lora_dropout_p",
                "lora_main_params_trainable",
                "load_trained_adapters",
                "task_instructions",
                "matryoshka_dimensions",
                "emb_pooler",
                "use_reentrant",
                "rotary_emb_base")
            .config();
    return positions.equals("rotary")
        ? rotary(config, read, lora)
        : new CustomCode(
            read.without("position_embedding_type"),
            tensors -> learnedNames().apply(lora.apply(tensors)),
            "the folder has code of its own (xlm-roberta-flash-implementation), which was"
                + " recognised: it is read as XLMRobertaModel of transformers; check it against"
                + " recorded answers with --expected");
  }

  private static CustomCode rotary(HfConfig config, HfConfig read, TaskLora lora) {
    OwnCode own =
        OwnCode.of(read)
            .with("model_type", "jina_embeddings_v3")
            .with("rope_theta", config.number("rotary_emb_base", 10_000))
            .withClass("XLMRobertaLoRA", "JinaEmbeddingsV3Model")
            .withClass("XLMRoberta", "JinaEmbeddingsV3");
    String tasks =
        lora.task()
            .map(task -> ", for the task " + task + ", whose prompt is the caller's to give")
            .orElse(
                lora.tasks().isEmpty()
                    ? ""
                    : ", without the update of a task; --task chooses one of "
                        + String.join(", ", lora.tasks()));
    return new CustomCode(
        own.config(),
        lora::apply,
        "the folder has code of its own (xlm-roberta-flash-implementation), which was recognised:"
            + " it is read as JinaEmbeddingsV3Model of transformers"
            + tasks
            + "; check it against recorded answers with --expected");
  }

  /** Under the names that XLM-RoBERTa has in transformers. */
  private static StoredNames learnedNames() {
    return new StoredNames()
        .renaming("emb_ln", "embeddings.LayerNorm")
        .renaming("encoder\\.layers", "encoder.layer")
        .splitting(
            "mixer\\.Wqkv", "attention.self.query", "attention.self.key", "attention.self.value")
        .renaming("mixer\\.out_proj", "attention.output.dense")
        .renaming("norm1", "attention.output.LayerNorm")
        .renaming("mlp\\.fc1", "intermediate.dense")
        .renaming("mlp\\.fc2", "output.dense")
        .renaming("norm2", "output.LayerNorm");
  }
}
