package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.function.Function;

/**
 * Nemotron and Minitron: norms that multiply by 1 + weight, relu² without a gate, half of each head
 * turns.
 *
 * <p>Source: {@code transformers/models/nemotron/modeling_nemotron.py}; arXiv:2402.16819.
 */
final class Nemotron implements Decoder {
  @Override
  public String family() {
    return "Nemotron";
  }

  @Override
  public String modelType() {
    return "nemotron";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("norm_eps");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "NemotronForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "NemotronForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "NemotronModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 4096));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    HfConfig c = config.withDefault("hidden_act", "relu2");
    DecoderSizes s = DecoderSizes.of(c, "norm_eps", 1e-5, "hidden_act");
    boolean bias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    Function<Weights, Norm> norm = module -> s.layerNorm(module).withUnitOffset();
    return s.frame(f, w, in)
        .apply(
            rope(config, s.e()),
            LayerTypes.full(config),
            norm.apply(w.at("norm")),
            layer ->
                Block.PreNorm.read(
                    layer,
                    norm,
                    s.attention(layer.at("self_attn"), bias, bias),
                    s.mlp(layer.at("mlp"), "up_proj", "down_proj", mlpBias)));
  }

  /** Before version 5 the class scaled no positions, whatever the key said. */
  private static RotaryEmbedding rope(HfConfig config, int e) {
    HfConfig c = config.withDefault("partial_rotary_factor", 0.5);
    RotaryEmbedding scaled = RotaryEmbedding.of(c, e);
    return SavedBy.UNKNOWN.orOf(c).transformersBefore(5, 0)
        ? RotaryEmbedding.of(c.without("rope_scaling"), e)
        : scaled;
  }
}
