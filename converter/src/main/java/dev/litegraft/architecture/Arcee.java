package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * Arcee's AFM: Llama with relu² in the place of the gate.
 *
 * <p>Source: {@code transformers/models/arcee/modeling_arcee.py}.
 */
final class Arcee implements Decoder {
  @Override
  public String family() {
    return "Arcee";
  }

  @Override
  public String modelType() {
    return "arcee";
  }

  @Override
  public String tokenizerClass() {
    return "LlamaTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "ArceeForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "ArceeForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "ArceeModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 4096));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    HfConfig c = config.withDefault("rms_norm_eps", 1e-5).withDefault("hidden_act", "relu2");
    DecoderSizes s = DecoderSizes.of(c);
    boolean bias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.of(config, s.e()),
            LayerTypes.full(config),
            s.rmsNorm(w.at("norm")),
            layer ->
                Block.PreNorm.read(
                    layer,
                    s::rmsNorm,
                    s.attention(layer.at("self_attn"), bias, bias),
                    s.mlp(layer.at("mlp"), "up_proj", "down_proj", mlpBias)));
  }
}
