package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Qwen2 and Qwen2.5: Llama with biases on the query, key and value projections, whose upper layers
 * may see only a window.
 *
 * <p>Source: {@code transformers/models/qwen2/modeling_qwen2.py}; Qwen2, arXiv:2407.10671.
 */
final class Qwen2 implements Decoder {
  @Override
  public String family() {
    return "Qwen2";
  }

  @Override
  public String modelType() {
    return "qwen2";
  }

  /** Of texts alone all axes of the positions are the same, and turn as one. */
  @Override
  public Set<String> textParts() {
    return Set.of("qwen2_vl_text", "qwen2_5_vl_text", "qwen2_vl", "qwen2_5_vl");
  }

  @Override
  public String tokenizerClass() {
    return "Qwen2Tokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Qwen2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Qwen2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Qwen2Model", Task.EMBEDDING);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    boolean bothWays =
        modelType().equals(config.value("model_type"))
            && OwnCode.isNamed(config, "modeling_qwen.Qwen2Model");
    return bothWays
        ? Optional.of(
            BothWays.code(config, "modeling_qwen, of gte-Qwen2 and stella", modelType(), "Qwen2"))
        : Optional.empty();
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    DecoderSizes s = DecoderSizes.of(DecoderSizes.withKeyHeads(config, 32));
    DecoderFrame<T> frame = s.frame(f, w, in);
    return frame.apply(
        frame.words(),
        QwenWindows.queries(frame, config),
        s.rmsNorm(w.at("norm")),
        layer ->
            Block.PreNorm.read(
                layer,
                s::rmsNorm,
                s.attention(layer.at("self_attn"), true, false),
                s.gatedMlp(layer.at("mlp"), false)));
  }
}
