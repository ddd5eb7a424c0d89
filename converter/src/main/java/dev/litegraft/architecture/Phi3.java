package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Phi-3 and Phi-4: Llama whose checkpoint holds query, key and value in one matrix and gate and up
 * in another, with long rotary scaling.
 *
 * <p>Source: {@code transformers/models/phi3/modeling_phi3.py}; Phi-3, arXiv:2404.14219.
 */
final class Phi3 implements Decoder {
  @Override
  public String family() {
    return "Phi3";
  }

  @Override
  public String modelType() {
    return "phi3";
  }

  @Override
  public String tokenizerClass() {
    return "LlamaTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER.withFused("qkv_proj");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Phi3ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Phi3ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Phi3Model", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 32000);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    DecoderSizes s = DecoderSizes.of(config.withDefault("rms_norm_eps", 1e-5));
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.of(config.withDefault("original_max_position_embeddings", 4096), s.e()),
            LayerTypes.window(config),
            s.rmsNorm(w.at("norm")),
            layer ->
                Block.PreNorm.read(
                    layer,
                    s::rmsNorm,
                    attention(s, layer.at("self_attn")),
                    GatedMlp.readFused(layer.at("mlp"), s.d(), s.f(), s.activation())));
  }

  private static SelfAttention attention(DecoderSizes s, Weights w) {
    int heads = s.h() * s.e();
    int keys = s.k() * s.e();
    Linear fused = Linear.readWithoutBias(w.at("qkv_proj"), s.d(), heads + 2 * keys);
    return new SelfAttention(
        fused.rows(w.at("q_proj").path(), 0, heads),
        fused.rows(w.at("k_proj").path(), heads, keys),
        fused.rows(w.at("v_proj").path(), heads + keys, keys),
        Linear.readWithoutBias(w.at("o_proj"), heads, s.d()),
        s.h(),
        s.k());
  }
}
