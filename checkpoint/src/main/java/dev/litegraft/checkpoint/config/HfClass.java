package dev.litegraft.checkpoint.config;

import dev.litegraft.facts.Task;
import java.util.List;
import java.util.Optional;

/** Hugging Face's class names, all of which are a family's prefix and a task's suffix. */
public final class HfClass {
  private HfClass() {}

  /**
   * The class of the same family for another task: {@code LlamaModel} of {@code LlamaForCausalLM}.
   */
  public static String of(String name, String suffix) {
    return name.replaceFirst("(For[A-Z]\\w*|LMHeadModel|DoubleHeadsModel|Model)$", "") + suffix;
  }

  /** A config whose first class is the one of the same family for another task. */
  public static HfConfig with(HfConfig config, String suffix) {
    List<String> names = config.texts("architectures");
    String name = of(names.isEmpty() ? "" : names.get(0), suffix);
    return names.isEmpty() || !name.equals(names.get(0))
        ? config.with("architectures", List.of(name))
        : config;
  }

  /** What a class does, by the end of its name; absent for one of another kind. */
  public static Optional<Task> task(String name) {
    if (name.endsWith("ForSequenceClassification")) {
      return Optional.of(Task.SEQUENCE_CLASSIFICATION);
    }
    if (name.endsWith("ForTokenClassification")) {
      return Optional.of(Task.TOKEN_CLASSIFICATION);
    }
    return of(name, "Model").equals(name) ? Optional.of(Task.EMBEDDING) : Optional.empty();
  }
}
