package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Helium: Llama whose neighbouring numbers of a head turn as pairs.
 *
 * <p>Source: {@code transformers/models/helium/modeling_helium.py}.
 */
final class Helium implements Decoder {
  @Override
  public String family() {
    return "Helium";
  }

  @Override
  public String modelType() {
    return "helium";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "HeliumForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "HeliumForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "HeliumModel", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 3);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 4096));
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
            .withDefault("num_key_value_heads", 20)
            .withDefault("rms_norm_eps", 1e-8);
    DecoderSizes s = DecoderSizes.of(c);
    boolean bias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.of(config, config.number("rope_theta", 1e5), s.e()),
            LayerTypes.full(config),
            s.rmsNorm(w.at("norm")),
            layer ->
                Block.PreNorm.read(
                    layer,
                    s::rmsNorm,
                    s.attention(layer.at("self_attn"), bias, false).turningNeighbours(s.e()),
                    s.gatedMlp(layer.at("mlp"), mlpBias)));
  }
}
