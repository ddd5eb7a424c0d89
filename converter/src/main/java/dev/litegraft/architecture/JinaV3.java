package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import java.util.Map;
import java.util.Optional;

/**
 * jina-embeddings-v3: XLM-RoBERTa with rotary positions.
 *
 * <p>Source: {@code transformers/models/jina_embeddings_v3/modeling_jina_embeddings_v3.py};
 * arXiv:2409.10173.
 */
final class JinaV3 implements RotaryEncoder {
  @Override
  public String family() {
    return "jina-embeddings-v3";
  }

  @Override
  public String modelType() {
    return "jina_embeddings_v3";
  }

  @Override
  public String tokenizerClass() {
    return "XLMRobertaTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return RotaryEncoder.MODULES.withDenseHead();
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "JinaEmbeddingsV3ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "JinaEmbeddingsV3ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "JinaEmbeddingsV3Model", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "roberta";
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    boolean own =
        OwnCode.isNamed(config, "modeling_lora.")
            || OwnCode.isNamed(config, "modeling_xlm_roberta.");
    return own && "xlm-roberta".equals(config.value("model_type"))
        ? Optional.of(JinaCode.of(config, task))
        : Optional.empty();
  }

  @Override
  public FeedForward feedForward(HfConfig config, Sizes s, int layer, Weights w) {
    return Mlp.read(w, "fc1", "fc2", s.d(), s.f(), true, s.activation());
  }

  @Override
  public HfConfig withDefaults(HfConfig config) {
    return config
        .withDefault("type_vocab_size", 1)
        .withDefault("layer_norm_eps", 1e-5)
        .withDefault("hidden_act", "gelu")
        .withDefault("max_position_embeddings", 8194)
        .withDefault("rope_theta", 20_000.0);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    Weights head = w.at("classifier");
    int d = width(config);
    T dense = f.linear(first, Linear.read(head.at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(head.at("out_proj"), d, labels));
  }
}
