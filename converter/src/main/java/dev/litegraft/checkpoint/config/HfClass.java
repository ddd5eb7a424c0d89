package dev.litegraft.checkpoint.config;

import java.util.List;

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
    return names.isEmpty() || names.get(0).endsWith(suffix)
        ? config
        : config.with("architectures", List.of(of(names.get(0), suffix)));
  }
}
