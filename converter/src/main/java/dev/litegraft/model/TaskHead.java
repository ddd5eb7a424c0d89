package dev.litegraft.model;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.function.Function;

/**
 * What makes an answer of the last hidden states where neither a pooling does nor the class of the
 * family itself: the same for all families.
 */
sealed interface TaskHead permits SpanHead, WordHead, VocabularyHead, TokenVectorHead {
  /** What is asked of a model with this head. */
  Task task();

  /** Numbers of one answer: to a text, or to each of its tokens. */
  int width();

  /**
   * The answer: [b, 1, n] to a text, [b, t, n] to its tokens.
   *
   * @param w the checkpoint's tensors, from the root
   * @param hidden the last hidden states of some inputs: [b, t, d], or [b, 1, d] with a selection
   */
  <T> T apply(Layers<T> f, Weights w, Inputs<T> in, Function<Inputs<T>, T> hidden);
}
