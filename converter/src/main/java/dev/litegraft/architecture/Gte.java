package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * GTE of 2024, which its authors' own code calls "new": rotary positions and a gated feed-forward
 * part whose last projection has a bias.
 *
 * <p>Source: {@code transformers/models/gte/modeling_gte.py}; mGTE, arXiv:2407.19669.
 */
final class Gte implements Encoder {
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
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 1);
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return config.integer("type_vocab_size", 1);
  }

  @Override
  public boolean readsTheLength(HfConfig config) {
    return RotaryEmbedding.dependsOnLength(config);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    return "new".equals(config.value("model_type"))
        ? Optional.of(NewCode.of(config))
        : Optional.empty();
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    RotaryEncoder.Sizes s = RotaryEncoder.Sizes.of(withDefaults(config));
    RotaryEncoder.FeedForward gated =
        new RotaryEncoder.FeedForward() {
          @Override
          public <U> U apply(Layers<U> g, int layer, Weights mlp, U x) {
            return new GatedMlp(
                    Linear.readWithoutBias(mlp.at("gate_proj"), s.d(), s.f()),
                    Linear.readWithoutBias(mlp.at("up_proj"), s.d(), s.f()),
                    Linear.read(mlp.at("down_proj"), s.f(), s.d()),
                    s.activation())
                .apply(g, x);
          }
        };
    return RotaryEncoder.hidden(f, s, w, in, true, gated);
  }

  @Override
  public Map<String, TensorData> tensors(Map<String, TensorData> stored) {
    return RotaryEncoder.storedNames().apply(stored);
  }

  private static HfConfig withDefaults(HfConfig config) {
    return config
        .withDefault("type_vocab_size", 1)
        .withDefault("layer_norm_eps", 1e-12)
        .withDefault("hidden_act", "gelu")
        .withDefault("max_position_embeddings", 8192)
        .withDefault("rope_theta", 160_000.0);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    T dense = f.linear(first, Linear.read(w.at(backbone()).at("pooler").at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("classifier"), d, labels));
  }
}
