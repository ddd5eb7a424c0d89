package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * SmolLM3: Llama in which every fourth layer does not know its positions.
 *
 * <p>Source: {@code transformers/models/smollm3/modeling_smollm3.py}; NoPE, arXiv:2501.18795.
 */
final class SmolLM3 implements Decoder {
  @Override
  public String family() {
    return "SmolLM3";
  }

  @Override
  public String modelType() {
    return "smollm3";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "SmolLM3ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "SmolLM3ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "SmolLM3Model", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 128004);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    DecoderSizes s = DecoderSizes.of(DecoderSizes.withKeyHeads(config, 4));
    boolean bias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    IntPredicate turns = turns(config, s.layers());
    boolean windows = config.flag("use_sliding_window", false) && config.has("sliding_window");
    IntPredicate slides = LayerTypes.sliding(config, s.layers(), i -> windows && !turns.test(i));
    DecoderFrame<T> frame = s.frame(f, w, in);
    T words = frame.words(); // [b, t, d]
    RotaryEmbedding angles = RotaryEmbedding.of(config, config.number("rope_theta", 2e6), s.e());
    IntFunction<Queries<T>> turning =
        frame.turning(angles, slides, LayerTypes.full(config), LayerTypes.window(config));
    return frame.apply(
        words,
        i -> turns.test(i) ? turning.apply(i) : Queries.all(f, turning.apply(i).mask()),
        s.rmsNorm(w.at("norm")),
        layer ->
            Block.PreNorm.read(
                layer,
                s::rmsNorm,
                s.attention(layer.at("self_attn"), bias, bias),
                s.gatedMlp(layer.at("mlp"), mlpBias)));
  }

  /** {@code no_rope_layers} has 1 for a layer that turns and 0 for one that does not. */
  private static IntPredicate turns(HfConfig c, int layers) {
    List<Double> turning = c.numbers("no_rope_layers");
    int interval = c.size("no_rope_layer_interval", 4);
    if (turning.isEmpty()) {
      return i -> (i + 1) % interval != 0;
    }
    if (turning.size() < layers) {
      throw new InvalidCheckpointException(
          "no_rope_layers names "
              + turning.size()
              + " layers, where num_hidden_layers is "
              + layers,
          c.where() + ", no_rope_layers",
          "compare both keys with the model's original config.json");
    }
    return i -> turning.get(i) != 0;
  }
}
