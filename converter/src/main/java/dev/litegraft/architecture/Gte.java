package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Linear;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * GTE of 2024, which its authors' own code calls "new": rotary positions and a gated feed-forward
 * part whose last projection has a bias.
 *
 * <p>Source: {@code transformers/models/gte/modeling_gte.py}; mGTE, arXiv:2407.19669.
 */
final class Gte implements RotaryEncoder {
  @Override
  public String family() {
    return "GTE";
  }

  @Override
  public String modelType() {
    return "gte";
  }

  @Override
  public String tokenizerClass() {
    return "XLMRobertaTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return RotaryEncoder.MODULES.withHead(List.of("classifier"), List.of("gte.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GteForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GteForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GteModel", Task.EMBEDDING);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public String backbone() {
    return "gte";
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    return "new".equals(config.value("model_type"))
        ? Optional.of(NewCode.of(config))
        : Optional.empty();
  }

  @Override
  public FeedForward feedForward(HfConfig config, Sizes s, int layer, Weights w) {
    return new GatedMlp(
        Linear.readWithoutBias(w.at("gate_proj"), s.d(), s.f()),
        Linear.readWithoutBias(w.at("up_proj"), s.d(), s.f()),
        Linear.read(w.at("down_proj"), s.f(), s.d()),
        s.activation());
  }

  @Override
  public HfConfig withDefaults(HfConfig config) {
    return config
        .withDefault("type_vocab_size", 1)
        .withDefault("layer_norm_eps", 1e-12)
        .withDefault("hidden_act", "gelu")
        .withDefault("max_position_embeddings", 8192)
        .withDefault("rope_theta", 160_000.0);
  }
}
