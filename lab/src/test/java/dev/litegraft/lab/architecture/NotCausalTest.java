package dev.litegraft.lab.architecture;

import java.util.List;

final class NotCausalTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "qwen3-seqcls-not-causal",
        "qwen3-model-not-causal",
        "llama-model-not-causal",
        "mistral-model-not-causal",
        "qwen2-model-not-causal",
        "gemma3-text-seqcls",
        "gemma3-text-model-bidirectional",
        "gemma3-text-model-both-ways",
        "gemma3-text-model-not-causal");
  }

  /** As many as where queries see only what is before them. */
  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "model.layers." + (k - 1);
  }
}
