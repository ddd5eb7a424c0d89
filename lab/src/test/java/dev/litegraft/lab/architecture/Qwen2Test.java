package dev.litegraft.lab.architecture;

final class Qwen2Test extends QwenContract {
  @Override
  String recorded() {
    return "qwen2-seqcls";
  }
}
