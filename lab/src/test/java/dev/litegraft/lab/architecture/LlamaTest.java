package dev.litegraft.lab.architecture;

import java.util.List;

final class LlamaTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "llama-base-gqa-f32",
        "llama-act-gelu",
        "llama-act-gelu_fast",
        "llama-act-gelu_new",
        "llama-act-relu",
        "llama-attnbias-mlpbias",
        "llama-eps-big",
        "llama-headdim32",
        "llama-long512-bf16",
        "llama-mha-f32",
        "llama-nopad",
        "llama-regression-1label",
        "llama-rope-dynamic-oldkey",
        "llama-rope-linear",
        "llama-rope-llama3",
        "llama-sharded-f16-many",
        "llama-sharded-f32",
        "llama-smollm2-like-bf16",
        "llama-v5-style-config");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
