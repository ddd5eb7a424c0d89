package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ERNIE 2 and 3, and RocketQA's: BERT under its own names, whose embeddings gain the row of a task,
 * which is the first one for every text.
 *
 * <p>Source: {@code transformers/models/ernie/modeling_ernie.py}.
 */
final class Ernie implements Encoder {
  @Override
  public String family() {
    return "ERNIE";
  }

  @Override
  public String modelType() {
    return "ernie";
  }

  @Override
  public String tokenizerClass() {
    return "BertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("ernie.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "ErnieForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "ErnieForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "ErnieModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "ernie";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    Optional<T> task =
        config.flag("use_task_id", false)
            ? Optional.of(task(f, config, s, w.at("embeddings").at("task_type_embeddings")))
            : Optional.empty();
    T positions = f.positions(in.ids()); // [b, t], padding counted
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, positions, s.d(), task); // [b, t, d]
    return BertStack.layers(f, s, w.at("encoder"), x, in); // [b, q, d]
  }

  /** [1, 1, d]. */
  private static <T> T task(Layers<T> f, HfConfig config, BertStack.Sizes s, Weights w) {
    TensorData table = w.tensor("weight", config.size("task_type_vocab_size", 3), s.d());
    return f.parameter(TensorViews.reshaped(TensorViews.rows(table, 0, 1), Shape.of(1, 1, s.d())));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofPooler(f, w, "ernie", first, width(config), labels);
  }
}
