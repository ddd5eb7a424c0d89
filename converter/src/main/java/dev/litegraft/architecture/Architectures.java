package dev.litegraft.architecture;

import java.util.List;

/** The list of families. */
public final class Architectures {
  /** Every family that can be converted. */
  public static final List<Architecture> ALL =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gemma(),
          new Gemma2(),
          new Gemma3(),
          new Phi3(),
          new SmolLM3(),
          new Granite(),
          new Gpt2(),
          new GptNeoX(),
          new Opt());

  private Architectures() {}
}
