package dev.litegraft.lab.architecture;

final class Qwen3Test extends QwenContract {
  @Override
  String recorded() {
    return "qwen3-seqcls";
  }
}
