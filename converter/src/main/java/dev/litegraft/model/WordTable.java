package dev.litegraft.model;

import dev.litegraft.architecture.Architecture;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.TensorData;

/**
 * The matrix that makes logits of words: a module of its own, or the table that the words' vectors
 * are looked up in.
 *
 * <p>Source: {@code tie_word_embeddings} of transformers: tied weights are saved once.
 */
final class WordTable {
  private WordTable() {}

  /**
   * The matrix, [v, d].
   *
   * @param w the checkpoint's tensors, from the root
   * @param own the module that has it where it is not tied: {@code lm_head}
   * @param tied whether it is tied where the config does not say
   */
  static TensorData find(
      Weights w, Architecture family, HfConfig config, String own, boolean tied) {
    int words = config.size("vocab_size");
    int d = family.width(config);
    boolean ties = config.flag("tie_word_embeddings", tied);
    Weights head = at(w, own);
    Weights table =
        family.wordTables().stream()
            .map(path -> at(w, path))
            .filter(candidate -> candidate.has("weight"))
            .findFirst()
            .orElse(head);
    if (!table.has("weight")) {
      throw new InvalidCheckpointException(
          "there is neither " + own + ".weight nor a table of words that it could be tied to",
          config.where(),
          "download the checkpoint again, or save it again with its language model's head");
    }
    return (head.has("weight") && !ties ? head : table).tensor("weight", words, d);
  }

  /** The folder of a path with dots in it. */
  static Weights at(Weights w, String path) {
    Weights at = w;
    for (String name : path.split("\\.", -1)) {
      at = at.at(name);
    }
    return at;
  }
}
