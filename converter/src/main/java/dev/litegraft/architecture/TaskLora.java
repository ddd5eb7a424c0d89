package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Low-rank updates of a model's weights, one for each of several tasks, of which a conversion takes
 * one, or none.
 *
 * <p>Source: {@code modeling_lora.py} of jinaai/xlm-roberta-flash-implementation.
 *
 * @param tasks their names, in the order of the tensors' first axis
 * @param scale alpha / rank
 * @param task the one that is taken
 */
record TaskLora(List<String> tasks, double scale, Optional<String> task) {
  private static final String ORIGINAL = ".parametrizations.weight.original";
  private static final String A = ".parametrizations.weight.0.lora_A";
  private static final String B = ".parametrizations.weight.0.lora_B";

  /**
   * The tasks that a config names.
   *
   * @throws InvalidRequestException if the asked one is not among them
   */
  static TaskLora of(HfConfig config, Optional<String> task) {
    List<String> tasks = config.texts("lora_adaptations");
    if (task.isPresent() && !tasks.contains(task.get())) {
      throw new InvalidRequestException(
          "the task "
              + task.get()
              + " is asked for, but the model has "
              + (tasks.isEmpty() ? "none" : String.join(", ", tasks)),
          config.where() + ", lora_adaptations",
          "give --task one of these, or leave it out for the model without any");
    }
    return new TaskLora(tasks, config.number("lora_alpha", 1) / config.size("lora_rank", 4), task);
  }

  /**
   * The tensors with the task's update in them.
   *
   * @throws InvalidCheckpointException if a task is asked for and no tensor has an update
   */
  Map<String, TensorData> apply(Map<String, TensorData> stored) {
    if (task.isPresent() && stored.keySet().stream().noneMatch(name -> name.endsWith(A))) {
      throw new InvalidCheckpointException(
          "the task " + task.get() + " is asked for, and the weights hold no update for any task",
          "the tensors …" + A,
          "leave --task out, or download the original checkpoint, which has them");
    }
    Map<String, TensorData> merged = new LinkedHashMap<>();
    stored.forEach(
        (name, tensor) -> {
          if (name.endsWith(ORIGINAL)) {
            String module = name.substring(0, name.length() - ORIGINAL.length());
            merged.put(module + ".weight", updated(module, tensor, stored));
          } else if (!name.endsWith(A) && !name.endsWith(B)) {
            merged.put(name, tensor);
          }
        });
    return merged;
  }

  private TensorData updated(String module, TensorData weight, Map<String, TensorData> stored) {
    TensorData a = stored.get(module + A);
    TensorData b = stored.get(module + B);
    if (task.isEmpty() || a == null || b == null) {
      return weight;
    }
    int index = tasks.indexOf(task.get());
    TensorData left = slice(module, b, index);
    TensorData right = slice(module, a, index);
    // A table's update is A · B, as its rows are inputs.
    boolean isTable = left.shape().dim(0) != weight.shape().dim(0);
    return TensorViews.plusProduct(
        weight, (float) scale, isTable ? right : left, isTable ? left : right);
  }

  private TensorData slice(String module, TensorData all, int index) {
    if (all.shape().rank() != 3 || all.shape().dim(0) != tasks.size()) {
      throw new InvalidCheckpointException(
          all.name()
              + " has shape "
              + all.shape()
              + ", where one matrix for each of "
              + tasks.size()
              + " tasks is needed",
          module,
          "compare lora_adaptations in config.json with the model's original one");
    }
    return new Slice(all, index, Shape.of(all.shape().dim(1), all.shape().dim(2)));
  }

  /** One matrix of several. */
  private record Slice(TensorData all, int index, Shape shape) implements TensorData {
    @Override
    public String name() {
      return all.name();
    }

    @Override
    public DType dtype() {
      return all.dtype();
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      all.read(index * shape.elements() + from, out, at, count);
    }
  }
}
