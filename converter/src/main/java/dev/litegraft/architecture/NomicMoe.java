package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Nomic-BERT without gates, of which there is code of its own alone: some layers have a
 * feed-forward part of several experts, of which a router picks a few for each token.
 *
 * <p>Source: {@code modeling_hf_nomic_bert.py} of nomic-ai/nomic-bert-2048; Nomic Embed v2,
 * arXiv:2502.07972.
 */
final class NomicMoe implements RotaryEncoder {
  /** The folders say "nomic_bert"; this is what those without gates are called here. */
  static final String TYPE = "nomic_bert_moe";

  @Override
  public String family() {
    return "Nomic-BERT MoE";
  }

  @Override
  public Evidence checkedAgainst(Task task) {
    return Evidence.TEXTBOOK;
  }

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public String tokenizerClass() {
    return "XLMRobertaTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return RotaryEncoder.MODULES.withHead(
        List.of("classifier"), List.of("nomic_bert.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "NomicBertMoeForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "NomicBertMoeForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "NomicBertMoeModel", Task.EMBEDDING);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public String backbone() {
    return "nomic_bert";
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 0);
  }

  @Override
  public boolean attentionBias(HfConfig config) {
    return config.flag("qkv_proj_bias", true);
  }

  @Override
  public FeedForward feedForward(HfConfig config, Sizes s, int layer, Weights w) {
    Experts experts = Experts.of(config);
    boolean inBias = config.flag("mlp_fc1_bias", true);
    boolean outBias = config.flag("mlp_fc2_bias", true);
    return experts.isMixed(layer)
        ? experts.in(w, s.d(), s.f(), s.activation())
        : new Mlp(
            Linear.read(w.at("fc1"), s.d(), s.f(), inBias),
            Linear.read(w.at("fc2"), s.f(), s.d(), outBias),
            s.activation());
  }

  @Override
  public HfConfig withDefaults(HfConfig config) {
    return config
        .withDefault("type_vocab_size", 1)
        .withDefault("layer_norm_eps", 1e-5)
        .withDefault("hidden_act", "gelu")
        .withDefault("max_position_embeddings", 2048)
        .withDefault("rope_theta", 10_000.0);
  }
}
