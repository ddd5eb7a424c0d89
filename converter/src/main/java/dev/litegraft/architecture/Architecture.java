package dev.litegraft.architecture;

import dev.litegraft.checkpoint.HfConfig;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Task;
import java.util.Map;

/** A model family: one forward pass, and the Hugging Face classes that it serves. */
public interface Architecture {
  /** The family's name as people say it: {@code Llama}. */
  String family();

  /** Hugging Face's class names ({@code architectures} in config.json), each with its task. */
  Map<String, Task> classes();

  /**
   * The forward pass of the class that {@code in.task()} asks for.
   *
   * @param f what the layers mean
   * @param config the checkpoint's config.json; every size comes from it
   * @param w the checkpoint's tensors, from the root
   * @param in ids and masks
   * @return logits [b, 1, labels]; for tokens [b, t, labels]; for embeddings the last hidden states
   *     [b, t, d], or [b, 1, d] where {@code in.selection()} is present
   * @throws dev.litegraft.error.InvalidInputException if a key or tensor is missing, has another
   *     shape, or asks for what is not supported
   */
  <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in);
}
