package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.tensor.TensorData;
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
final class NomicMoe implements Encoder {
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
  public int tokenTypes(HfConfig config) {
    return config.integer("type_vocab_size", 1);
  }

  @Override
  public boolean readsTheLength(HfConfig config) {
    return RotaryEmbedding.dependsOnLength(config);
  }

  @Override
  public Map<String, TensorData> tensors(Map<String, TensorData> stored) {
    return RotaryEncoder.storedNames().apply(stored);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    RotaryEncoder.Sizes s = RotaryEncoder.Sizes.of(withDefaults(config));
    Experts experts = Experts.of(config);
    boolean inBias = config.flag("mlp_fc1_bias", true);
    boolean outBias = config.flag("mlp_fc2_bias", true);
    RotaryEncoder.FeedForward plainOrMixed =
        new RotaryEncoder.FeedForward() {
          @Override
          public <U> U apply(Layers<U> g, int layer, Weights mlp, U x) {
            if (experts.isMixed(layer)) {
              return experts.apply(g, mlp, s.d(), s.f(), s.activation(), x);
            }
            U inner = g.linear(x, Linear.read(mlp.at("fc1"), s.d(), s.f(), inBias)); // [b, q, f]
            return g.linear(
                g.activation(inner, s.activation()),
                Linear.read(mlp.at("fc2"), s.f(), s.d(), outBias));
          }
        };
    return RotaryEncoder.hidden(f, s, w, in, config.flag("qkv_proj_bias", true), plainOrMixed);
  }

  private static HfConfig withDefaults(HfConfig config) {
    return config
        .withDefault("type_vocab_size", 1)
        .withDefault("layer_norm_eps", 1e-5)
        .withDefault("hidden_act", "gelu")
        .withDefault("max_position_embeddings", 2048)
        .withDefault("rope_theta", 10_000.0);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    T dense = f.linear(first, Linear.read(w.at(backbone()).at("pooler").at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("classifier"), d, labels));
  }
}
