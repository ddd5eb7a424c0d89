package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * StarCoder2: Llama with LayerNorm and a feed-forward layer without a gate, biases everywhere, and
 * a window in all layers or in none.
 *
 * <p>Source: {@code transformers/models/starcoder2/modeling_starcoder2.py}; arXiv:2402.19173.
 */
final class Starcoder2 implements Decoder {
  @Override
  public String family() {
    return "StarCoder2";
  }

  @Override
  public String modelType() {
    return "starcoder2";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("norm_epsilon");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Starcoder2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Starcoder2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Starcoder2Model", Task.EMBEDDING);
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
        config.withDefault("num_key_value_heads", 2).withDefault("hidden_act", "gelu_pytorch_tanh");
    DecoderSizes s = DecoderSizes.of(c, "norm_epsilon", 1e-5, "hidden_act");
    boolean bias = config.flag("use_bias", true);
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.of(config, s.e()),
            LayerTypes.window(config),
            s.layerNorm(w.at("norm")),
            layer ->
                Block.PreNorm.read(
                    layer,
                    s::layerNorm,
                    s.attention(layer.at("self_attn"), bias, bias),
                    s.mlp(layer.at("mlp"), "c_fc", "c_proj", bias)));
  }
}
