package dev.litegraft.model;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.SentenceTransformer;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.Optional;
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

  /**
   * The head that stands behind a family's class, where it is not the class's own: what a
   * sentence-transformers folder says, or spans.
   *
   * @param head whose steps stand behind the vectors of tokens
   */
  static Optional<TaskHead> of(
      Architectures.Found found,
      HfConfig config,
      Optional<SentenceTransformer> sentence,
      EmbeddingHead head) {
    Architecture family = found.architecture();
    if (found.task() == Task.QUESTION_ANSWERING) {
      return Optional.of(new SpanHead(family, config));
    }
    if (sentence.isEmpty()) {
      return Optional.empty();
    }
    SentenceTransformer.Reading reading = sentence.get().reading();
    if (reading instanceof SentenceTransformer.Words words) {
      return Optional.of(new WordHead(family, config, words.reranking()));
    }
    if (reading instanceof SentenceTransformer.Splade splade) {
      return Optional.of(new VocabularyHead(family, config, splade));
    }
    return reading instanceof SentenceTransformer.TokenVectors
        ? Optional.of(new TokenVectorHead(family.width(config), head.steps()))
        : Optional.empty();
  }
}
