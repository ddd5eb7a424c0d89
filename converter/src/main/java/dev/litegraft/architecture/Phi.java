package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * Phi, Phi-1.5 and Phi-2: attention and feed-forward read the same normalised x, half of each head
 * turns.
 *
 * <p>Source: {@code transformers/models/phi/modeling_phi.py}.
 */
final class Phi implements Decoder {
  @Override
  public String family() {
    return "Phi";
  }

  @Override
  public String modelType() {
    return "phi";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "PhiForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "PhiForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "PhiModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 2048));
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    HfConfig c = config.withDefault("hidden_act", "gelu_new");
    DecoderSizes s = DecoderSizes.of(c, "layer_norm_eps", 1e-5, "hidden_act");
    boolean normedHeads = config.flag("qk_layernorm", false);
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.ofEvenPart(config.withDefault("partial_rotary_factor", 0.5), s.e()),
            LayerTypes.full(config),
            s.layerNorm(w.at("final_layernorm")),
            layer ->
                new Block.Parallel(
                    s.layerNorm(layer.at("input_layernorm")),
                    attention(s, layer.at("self_attn"), normedHeads),
                    s.mlp(layer.at("mlp"), "fc1", "fc2", true)));
  }

  private static SelfAttention attention(DecoderSizes s, Weights w, boolean normedHeads) {
    SelfAttention plain =
        new SelfAttention(
            Linear.read(w.at("q_proj"), s.d(), s.h() * s.e()),
            Linear.read(w.at("k_proj"), s.d(), s.k() * s.e()),
            Linear.read(w.at("v_proj"), s.d(), s.k() * s.e()),
            Linear.read(w.at("dense"), s.h() * s.e(), s.d()),
            s.h(),
            s.k());
    return normedHeads
        ? plain.withNorms(
            new HeadNorms.Each(
                LayerNorm.read(w.at("q_layernorm"), s.e(), s.epsilon()),
                LayerNorm.read(w.at("k_layernorm"), s.e(), s.epsilon())))
        : plain;
  }
}
