package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.List;
import java.util.Map;

/**
 * RemBERT: BERT with narrow tables, projected to the layers' width inside of the encoder.
 *
 * <p>Source: {@code transformers/models/rembert/modeling_rembert.py}; arXiv:2010.12821.
 */
final class RemBert implements Encoder {
  @Override
  public String family() {
    return "RemBERT";
  }

  @Override
  public String modelType() {
    return "rembert";
  }

  @Override
  public String tokenizerClass() {
    return "RemBertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("rembert.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "RemBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "RemBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "RemBertModel", Task.EMBEDDING);
  }

  @Override
  public ConfigNames configNames() {
    return Encoder.super.configNames().withOtherSizes("input_embedding_size");
  }

  @Override
  public String backbone() {
    return "rembert";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    int width = config.size("input_embedding_size", 256);
    config.has("output_embedding_size"); // the language model's
    T narrow = BertStack.embeddings(f, s, w.at("embeddings"), in, f.positions(in.ids()), width);
    Weights encoder = w.at("encoder");
    T x = // [b, t, d]
        f.linear(narrow, Linear.read(encoder.at("embedding_hidden_mapping_in"), width, s.d()));
    return BertStack.layers(f, s, encoder, x, in); // [b, q, d]
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofPooler(f, w, "rembert", first, width(config), labels);
  }
}
