package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import java.util.List;
import java.util.Map;

/**
 * Megatron-BERT: BERT with its norms before each half of a layer, and none of the embeddings.
 *
 * <p>Source: {@code transformers/models/megatron_bert/modeling_megatron_bert.py}.
 */
final class MegatronBert implements Encoder {
  private static final PreNormStack STACK =
      new PreNormStack(List.of("attention", "ln"), List.of("ln"));

  @Override
  public String family() {
    return "Megatron-BERT";
  }

  @Override
  public String modelType() {
    return "megatron-bert";
  }

  @Override
  public String tokenizerClass() {
    return "BertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("bert.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "MegatronBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "MegatronBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "MegatronBertModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "bert";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    T positions = f.positions(in.ids()); // [b, t], padding counted
    T x = BertStack.sum(f, s, w.at("embeddings"), in, positions, s.d()); // [b, t, d]
    Weights encoder = w.at("encoder");
    T last = STACK.layers(f, s, encoder, x, in, PreNormStack.everywhere(f, in)); // [b, q, d]
    return f.layerNorm(last, LayerNorm.read(encoder.at("ln"), s.d(), s.epsilon()));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofPooler(f, w, "bert", first, width(config), labels);
  }
}
