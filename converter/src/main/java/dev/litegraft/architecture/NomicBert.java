package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Nomic-BERT: rotary positions, a gated feed-forward part, and no biases but those of norms.
 *
 * <p>Source: {@code transformers/models/nomic_bert/modeling_nomic_bert.py}; Nomic Embed,
 * arXiv:2402.01613.
 */
final class NomicBert implements RotaryEncoder {
  @Override
  public String family() {
    return "Nomic-BERT";
  }

  @Override
  public String modelType() {
    return "nomic_bert";
  }

  @Override
  public String tokenizerClass() {
    return "BertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return RotaryEncoder.MODULES.withHead(
        List.of("classifier"), List.of("nomic_bert.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "NomicBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "NomicBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "NomicBertModel", Task.EMBEDDING);
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
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    boolean own = modelType().equals(config.value("model_type")) && config.value("n_embd") != null;
    return own ? Optional.of(NomicCode.of(config)) : Optional.empty();
  }

  @Override
  public Map<String, TensorData> tensors(Map<String, TensorData> stored) {
    return RotaryEncoder.storedNames().renaming("fc2", "down_proj").apply(stored);
  }

  @Override
  public boolean attentionBias(HfConfig config) {
    return false;
  }

  @Override
  public FeedForward feedForward(HfConfig config, Sizes s, int layer, Weights w) {
    return GatedMlp.read(w, s.d(), s.f(), false, s.activation());
  }

  @Override
  public HfConfig withDefaults(HfConfig config) {
    return config
        .withDefault("type_vocab_size", 2)
        .withDefault("layer_norm_eps", 1e-12)
        .withDefault("hidden_act", "silu")
        .withDefault("max_position_embeddings", 2048)
        .withDefault("rope_theta", 1000.0);
  }
}
