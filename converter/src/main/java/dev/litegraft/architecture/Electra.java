package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.Map;

/**
 * ELECTRA, and KoELECTRA: BERT whose tables may be narrower than its layers.
 *
 * <p>Source: {@code transformers/models/electra/modeling_electra.py}.
 */
final class Electra implements Encoder {
  @Override
  public String family() {
    return "ELECTRA";
  }

  @Override
  public String modelType() {
    return "electra";
  }

  @Override
  public String tokenizerClass() {
    return "ElectraTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withDenseHead();
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "ElectraForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "ElectraForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "ElectraModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "electra";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    int width = config.size("embedding_size", 128);
    T positions = f.positions(in.ids()); // [b, t], padding counted
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, positions, width);
    if (width != s.d()) {
      x = f.linear(x, Linear.read(w.at("embeddings_project"), width, s.d())); // [b, t, d]
    }
    return BertStack.layers(f, s, w.at("encoder"), x, in); // [b, q, d]
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofTwoLayers( // whatever hidden_act is
        f, w.at("classifier"), first, width(config), labels, Activation.GELU);
  }
}
