package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.OptionalInt;

/**
 * GLM 4 (0414): gate and up in one matrix, a norm before and behind each half of a layer,
 * neighbouring numbers in half of each head turn as pairs.
 *
 * <p>Source: {@code transformers/models/glm4/modeling_glm4.py}.
 */
final class Glm4 implements Decoder {
  @Override
  public String family() {
    return "GLM 4";
  }

  @Override
  public String modelType() {
    return "glm4";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Glm4ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Glm4ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Glm4Model", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 151329);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 131072));
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    HfConfig c =
        config
            .withDefault("head_dim", 128)
            .withDefault("num_key_value_heads", 2)
            .withDefault("rms_norm_eps", 1.5625e-7);
    DecoderSizes s = DecoderSizes.of(c);
    boolean bias = config.flag("attention_bias", true);
    RotaryEmbedding angles =
        RotaryEmbedding.of(config.withDefault("partial_rotary_factor", 0.5), s.e());
    return s.frame(f, w, in)
        .apply(
            angles,
            LayerTypes.full(config),
            s.rmsNorm(w.at("norm")),
            layer ->
                new Block.Sandwich(
                    s.rmsNorm(layer.at("input_layernorm")),
                    s.attention(layer.at("self_attn"), bias, false)
                        .turningNeighbours(angles.width()),
                    s.rmsNorm(layer.at("post_self_attn_layernorm")),
                    s.rmsNorm(layer.at("post_attention_layernorm")),
                    GatedMlp.readFused(layer.at("mlp"), s.d(), s.f(), s.activation()),
                    s.rmsNorm(layer.at("post_mlp_layernorm"))));
  }
}
