package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.List;
import java.util.Map;

/**
 * Static embeddings: a table of vectors, and no layer behind it. A text's vector is the mean of its
 * tokens'.
 *
 * <p>They have no config.json of transformers: the reader makes one of the table's shape.
 *
 * <p>Source: {@code StaticEmbedding} of sentence-transformers; model2vec.
 */
final class StaticEmbeddings implements Architecture {
  /** As the reader calls them. */
  static final String CLASS = "StaticEmbeddingModel";

  @Override
  public String family() {
    return "static embeddings";
  }

  @Override
  public Evidence checkedAgainst(Task task) {
    return Evidence.RECORDED;
  }

  @Override
  public String modelType() {
    return "static-embedding";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER;
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(CLASS, Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Integer.MAX_VALUE;
  }

  /** A longer text costs next to nothing. */
  @Override
  public int usualLength() {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean allowsLeftPadding(HfConfig config) {
    return true;
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    int words = config.size("vocab_size");
    for (String name : List.of("embedding", "embeddings")) {
      if (w.at(name).has("weight")) {
        return f.embedding(in.ids(), Embedding.read(w.at(name), words, width(config)));
      }
    }
    return f.embedding(
        in.ids(), new Embedding("embeddings", w.tensor("embeddings", words, width(config))));
  }
}
