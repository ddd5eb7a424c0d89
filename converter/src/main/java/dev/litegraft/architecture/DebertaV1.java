package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DeBERTa, the first: queries, keys and values in one matrix, a row for each distance, and
 * projections of distances that content has none of.
 *
 * <p>Source: {@code transformers/models/deberta/modeling_deberta.py}; arXiv:2006.03654.
 */
final class DebertaV1 implements Encoder {
  @Override
  public String family() {
    return "DeBERTa";
  }

  @Override
  public String modelType() {
    return "deberta";
  }

  @Override
  public String tokenizerClass() {
    return "DebertaTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "DebertaForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "DebertaForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "DebertaModel", Task.EMBEDDING);
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps").withOtherSizes("pooler_hidden_size");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("classifier"), List.of("pooler.dense"))
        .withAttention("attention", "in_proj.query", "in_proj.key", "in_proj.value")
        .withFused("in_proj");
  }

  @Override
  public String backbone() {
    return "deberta";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return config.integer("type_vocab_size", 0);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    if (config.flag("talking_head", false)) {
      throw new InvalidCheckpointException(
          "talking_head is true, and mixes the scores of heads",
          config.where() + ", talking_head",
          "use a checkpoint without it: no published one has it");
    }
    return DebertaLayers.of(
            config, RelativePositions.ofEachDistance(config), DebertaV1::projections)
        .hidden(f, w, in, Optional.empty());
  }

  /** Keys have no bias, and none of the biases is in the matrix. */
  private static DebertaProjections projections(BertStack.Sizes s, Weights w) {
    Weights in = w.at("in_proj");
    TensorData fused = in.tensor("weight", 3 * s.d(), s.d());
    return new DebertaProjections(
        new Linear(
            in.at("query").path(),
            TensorViews.rows(fused, s.rowsOfHeads(0)),
            Optional.of(w.tensor("q_bias", s.d()))),
        new Linear(
            in.at("key").path(), TensorViews.rows(fused, s.rowsOfHeads(1)), Optional.empty()),
        new Linear(
            in.at("value").path(),
            TensorViews.rows(fused, s.rowsOfHeads(2)),
            Optional.of(w.tensor("v_bias", s.d()))),
        () -> Linear.readWithoutBias(w.at("pos_proj"), s.d(), s.d()),
        () -> Linear.read(w.at("pos_q_proj"), s.d(), s.d()));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return DebertaLayers.classify(f, config, w, first, width(config), labels);
  }
}
