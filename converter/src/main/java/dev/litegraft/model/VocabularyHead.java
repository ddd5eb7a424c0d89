package dev.litegraft.model;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.architecture.MaskedHead;
import dev.litegraft.checkpoint.SentenceTransformer.Splade;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.TensorData;
import java.util.Optional;
import java.util.function.Function;

/**
 * A weight for each token of the vocabulary: how much the text's tokens make one expect it, by a
 * head that fills in words.
 *
 * <p>Source: {@code SpladePooling} of sentence-transformers, and the heads of transformers' {@code
 * ForMaskedLM} classes.
 */
record VocabularyHead(Architecture family, HfConfig config, Splade splade) implements TaskHead {
  @Override
  public Task task() {
    return Task.SPARSE_EMBEDDING;
  }

  @Override
  public int width() {
    return config.size("vocab_size");
  }

  @Override
  public <T> T apply(Layers<T> f, Weights w, Inputs<T> in, Function<Inputs<T>, T> hidden) {
    T words = logits(f, w, hidden.apply(in)); // [b, t, v]
    if (splade.sum()) {
      // The sum of the attended tokens is their mean times their number.
      T mean = f.pick(f.averaging(in.attended()), weight(f, words)); // [b, 1, v]
      T count = f.column(f.runningSum(in.attended())); // [b, t, 1]
      return f.multiply(mean, f.pick(f.lastWhere(in.attended()), count));
    }
    return weight(f, f.maxOverTokens(words, in.attended())); // [b, 1, v]
  }

  private <T> T weight(Layers<T> f, T x) {
    T once = f.activation(x, Activation.LOG1P);
    return splade.twice() ? f.activation(once, Activation.LOG1P) : once;
  }

  /** The head that fills in words: [b, t, d] to [b, t, v]. */
  <T> T logits(Layers<T> f, Weights w, T x) {
    MaskedHead head = family.maskedHead(config).orElseThrow(this::unknown);
    int d = family.width(config);
    Weights dense = WordTable.at(w, head.dense());
    T transformed =
        f.activation(f.linear(x, Linear.read(dense, d, d, dense.has("bias"))), head.activation());
    Weights norm = WordTable.at(w, head.norm());
    LayerNorm layer =
        norm.has("weight") && !norm.has("bias")
            ? LayerNorm.readWithoutBias(norm, d, head.epsilon())
            : LayerNorm.read(norm, d, head.epsilon());
    TensorData words = WordTable.find(w, family, config, head.decoder(), true);
    return f.linear(
        f.layerNorm(transformed, layer), new Linear(head.decoder(), words, bias(w, head)));
  }

  private Optional<TensorData> bias(Weights w, MaskedHead head) {
    for (String path : head.biases()) {
      Weights folder = WordTable.at(w, path.substring(0, path.lastIndexOf('.')));
      if (folder.has("bias")) {
        return Optional.of(folder.tensor("bias", width()));
      }
    }
    return Optional.empty();
  }

  private InvalidCheckpointException unknown() {
    return new InvalidCheckpointException(
        "the head of "
            + family.family()
            + " that fills in words is not known, and the weights of words are read of it",
        config.where() + ", architectures",
        "use a model of BERT, DistilBERT, RoBERTa, XLM-RoBERTa, CamemBERT or ModernBERT");
  }
}
