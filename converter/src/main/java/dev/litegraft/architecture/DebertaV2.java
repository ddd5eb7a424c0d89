package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DeBERTa-v2 and v3: distances in buckets, and in the largest ones a convolution beside the first
 * layer.
 *
 * <p>Source: {@code transformers/models/deberta_v2/modeling_deberta_v2.py}.
 */
final class DebertaV2 implements Encoder {
  @Override
  public String family() {
    return "DeBERTa-v2";
  }

  @Override
  public String modelType() {
    return "deberta-v2";
  }

  @Override
  public String tokenizerClass() {
    return "DebertaV2Tokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "DebertaV2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "DebertaV2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "DebertaV2Model", Task.EMBEDDING);
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps").withOtherSizes("pooler_hidden_size");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("classifier"), List.of("pooler.dense"))
        .withAttention("attention", "query_proj", "key_proj", "value_proj");
  }

  @Override
  public String backbone() {
    return "deberta";
  }

  @Override
  public boolean readsBeyond(HfConfig config) {
    return !config.flag("position_biased_input", true);
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return config.integer("type_vocab_size", 0);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Optional<RelativePositions> relative = RelativePositions.of(config);
    boolean same = relative.filter(RelativePositions::sharesProjections).isPresent();
    DebertaLayers layers =
        DebertaLayers.of(config, relative, (s, self) -> projections(s, self, same));
    BertStack.Sizes s = layers.s();
    Weights convolution = w.at("encoder").at("conv");
    return layers.hidden(f, w, in, TokenConvolution.of(config, convolution, s.d(), s.epsilon()));
  }

  private static DebertaProjections projections(BertStack.Sizes s, Weights w, boolean same) {
    Linear queries = Linear.read(w.at("query_proj"), s.d(), s.d());
    Linear keys = Linear.read(w.at("key_proj"), s.d(), s.d());
    return new DebertaProjections(
        queries,
        keys,
        Linear.read(w.at("value_proj"), s.d(), s.d()),
        () -> same ? keys : Linear.read(w.at("pos_key_proj"), s.d(), s.d()),
        () -> same ? queries : Linear.read(w.at("pos_query_proj"), s.d(), s.d()));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return DebertaLayers.classify(f, config, w, first, width(config), labels);
  }
}
