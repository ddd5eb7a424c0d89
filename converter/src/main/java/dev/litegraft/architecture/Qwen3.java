package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Qwen3: Qwen2 without its biases, and with a norm over every query and key head before they turn.
 *
 * <p>Source: {@code transformers/models/qwen3/modeling_qwen3.py}; Qwen3, arXiv:2505.09388.
 */
final class Qwen3 implements Decoder {
  @Override
  public String family() {
    return "Qwen3";
  }

  @Override
  public String modelType() {
    return "qwen3";
  }

  /** Of texts alone all axes of the positions are the same, and turn as one. */
  @Override
  public Set<String> textParts() {
    return Set.of("qwen3_vl_text");
  }

  @Override
  public String tokenizerClass() {
    return "Qwen2Tokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Qwen3ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Qwen3ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Qwen3Model", Task.EMBEDDING);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    return config.texts("architectures").contains(BothWays.VOYAGE)
        ? Optional.of(BothWays.ofVoyage(config))
        : Optional.empty();
  }

  @Override
  public int width(HfConfig config) {
    int d = config.size("hidden_size");
    return config.has(CustomCode.PROJECTION) ? config.size(CustomCode.PROJECTION) : d;
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    T x = Decoder.super.forward(f, config, w, in);
    return config.has(CustomCode.PROJECTION)
        ? f.linear(
            x, Linear.readWithoutBias(w.at("linear"), config.size("hidden_size"), width(config)))
        : x;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    HfConfig c = DecoderSizes.withKeyHeads(config, 32).withDefault("head_dim", 128);
    DecoderSizes s = DecoderSizes.of(c);
    boolean bias = config.flag("attention_bias", false);
    DecoderFrame<T> frame = s.frame(f, w, in);
    return frame.apply(
        frame.words(),
        QwenWindows.queries(frame, config),
        s.rmsNorm(w.at("norm")),
        layer ->
            Block.PreNorm.read(
                layer,
                s::rmsNorm,
                s.attention(layer.at("self_attn"), bias, bias)
                    .withNorms(s.eachHead(layer.at("self_attn"))),
                s.gatedMlp(layer.at("mlp"), false)));
  }
}
