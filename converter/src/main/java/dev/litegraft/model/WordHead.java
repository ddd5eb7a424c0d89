package dev.litegraft.model;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Reranking;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Optional;
import java.util.function.Function;

/**
 * A language model's logit of one word, or the difference of two, after the last token: one row of
 * its head, or the difference of two rows.
 *
 * <p>Source: {@code LogitScore} of sentence-transformers.
 */
record WordHead(Architecture family, HfConfig config, Reranking reranking) implements TaskHead {
  @Override
  public Task task() {
    return Task.SEQUENCE_CLASSIFICATION;
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public <T> T apply(Layers<T> f, Weights w, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    requirePlain();
    TensorData words = WordTable.find(w, family, config, family.languageHead(), false);
    TensorData row = row(words, reranking.trueToken());
    if (reranking.falseToken() >= 0) {
      row = TensorViews.plusScaled(row, -1, row(words, reranking.falseToken()));
    }
    T last = hidden.apply(in.reading(f.lastWhere(in.attended()))); // [b, 1, d]
    return f.linear(last, new Linear(family.languageHead(), row, Optional.empty())); // [b, 1, 1]
  }

  private TensorData row(TensorData words, int token) {
    int most = words.shape().dim(0);
    if (token >= most) {
      throw new InvalidCheckpointException(
          "the score is read of token " + token + ", and the vocabulary has " + most + " words",
          config.where() + ", vocab_size",
          "name tokens of this model");
    }
    return TensorViews.rows(words, token, 1);
  }

  private void requirePlain() {
    for (String key : family.logitKeys()) {
      Object value = config.value(key);
      if (value != null && !(value instanceof Number number && number.doubleValue() == 1)) {
        throw new InvalidCheckpointException(
            key + " is " + value + ", which changes the logits of words and cannot be converted",
            config.where() + ", " + key,
            "use a language model whose head's logits are read as they are");
      }
    }
  }
}
