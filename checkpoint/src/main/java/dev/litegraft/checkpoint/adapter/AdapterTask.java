package dev.litegraft.checkpoint.adapter;

import dev.litegraft.checkpoint.config.HfClass;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a base model's config says once an adapter is in it: PEFT saves no config of the model, so
 * the class follows from {@code task_type}, and the number of labels from the head that was saved.
 */
public final class AdapterTask {
  private static final String WEIGHT = ".weight";

  private final Adapter adapter;
  private final ModuleNames names;
  private final Map<String, TensorData> tensors;

  private AdapterTask(Adapter adapter, ModuleNames names, Map<String, TensorData> tensors) {
    this.adapter = adapter;
    this.names = names;
    this.tensors = tensors;
  }

  /**
   * The config of the model that the adapter makes of its base.
   *
   * @param base the base model's config
   * @param names what the model's family calls its modules
   * @param tensors the base model's tensors with the adapter's
   * @throws InvalidCheckpointException if the task is none of Litegraft's, or the head is missing
   *     or has other labels
   */
  public static HfConfig config(
      Adapter adapter, HfConfig base, ModuleNames names, Map<String, TensorData> tensors) {
    AdapterTask task = new AdapterTask(adapter, names, tensors);
    HfConfig config = task.withClass(base);
    config = task.withLabels(config);
    return task.withWords(config);
  }

  private HfConfig withClass(HfConfig base) {
    Optional<String> type = adapter.config().taskType();
    if (type.isEmpty()) {
      return adapter
          .config()
          .trainedClass()
          .map(name -> base.with("architectures", List.of(name)))
          .orElse(base);
    }
    return switch (type.get()) {
      case "SEQ_CLS" -> classifier(base, "ForSequenceClassification");
      case "TOKEN_CLS" -> classifier(base, "ForTokenClassification");
      case "FEATURE_EXTRACTION" -> HfClass.with(base, "Model");
      default ->
          throw new InvalidCheckpointException(
              "the adapter was trained for the task "
                  + Json.show(type.get())
                  + ", where SEQ_CLS, TOKEN_CLS or FEATURE_EXTRACTION can be converted",
              adapter.config().where() + ", task_type",
              "train the adapter as a classifier, a tagger or an embedder");
    };
  }

  private HfConfig classifier(HfConfig base, String suffix) {
    if (names.heads().stream().noneMatch(head -> tensors.containsKey(head + WEIGHT))) {
      throw new InvalidCheckpointException(
          "neither the base model nor the adapter has a classification head: "
              + String.join(" or ", names.heads()),
          adapter.file().path().toString(),
          "save the adapter again with the head in modules_to_save");
    }
    return HfClass.with(base, suffix);
  }

  private HfConfig withLabels(HfConfig config) {
    for (String head : names.heads()) {
      TensorData tensor = adapter.tensors().whole().get(head + WEIGHT);
      if (tensor != null && tensor.shape().rank() == 2) {
        int rows = tensor.shape().dim(0);
        boolean named = hasNamedLabels(config);
        if (named && Labels.of(config).count() != rows) {
          Labels.of(config).requireRows(rows, "the adapter's " + tensor.name());
        }
        return named
            ? config
            : config.with("id2label", null).with("label2id", null).with("num_labels", rows);
      }
    }
    return config;
  }

  /** Names that somebody gave; LABEL_0 … stand in every config that an older transformers saved. */
  private static boolean hasNamedLabels(HfConfig config) {
    return config.value("id2label") instanceof Map<?, ?> names
        && !names.values().stream().allMatch(n -> String.valueOf(n).startsWith("LABEL_"));
  }

  /** The number of words, where the adapter brings a table of embeddings with another number. */
  private HfConfig withWords(HfConfig config) {
    for (Map.Entry<String, ? extends TensorData> whole : adapter.tensors().whole().entrySet()) {
      Shape shape = whole.getValue().shape();
      String name = whole.getKey();
      if (name.endsWith(WEIGHT)
          && names.isWords(name.substring(0, name.length() - WEIGHT.length()))
          && shape.rank() == 2
          && config.value("vocab_size") != null) {
        return config.with("vocab_size", shape.dim(0));
      }
    }
    return config;
  }
}
