package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.OptionalInt;

/**
 * OLMo 2: Llama with norms behind attention and feed-forward, not before them, and over all heads
 * of the queries and of the keys.
 *
 * <p>Source: {@code transformers/models/olmo2/modeling_olmo2.py}; arXiv:2501.00656.
 */
final class Olmo2 implements Decoder {
  @Override
  public String family() {
    return "OLMo2";
  }

  @Override
  public String modelType() {
    return "olmo2";
  }

  @Override
  public String tokenizerClass() {
    return "GPTNeoXTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Olmo2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Olmo2Model", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 1);
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
    DecoderSizes s = DecoderSizes.of(config.withDefault("rms_norm_eps", 1e-5));
    boolean bias = config.flag("attention_bias", false);
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.of(config, s.e()),
            LayerTypes.full(config),
            s.rmsNorm(w.at("norm")),
            layer ->
                Block.PostNorm.read(
                    layer,
                    s::rmsNorm,
                    attention(s, layer.at("self_attn"), bias),
                    s.gatedMlp(layer.at("mlp"), false)));
  }

  private static SelfAttention attention(DecoderSizes s, Weights w, boolean bias) {
    return s.attention(w, bias, bias)
        .withNorms(
            new HeadNorms.All(
                RmsNorm.read(w.at("q_norm"), s.h() * s.e(), s.epsilon()),
                RmsNorm.read(w.at("k_norm"), s.k() * s.e(), s.epsilon())));
  }
}
