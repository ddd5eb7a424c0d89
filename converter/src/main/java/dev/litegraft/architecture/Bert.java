package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BERT, and what has its shape under its name: MiniLM, KLUE BERT, multilingual and Korean BERTs.
 *
 * <p>Source: {@code transformers/models/bert/modeling_bert.py}.
 */
final class Bert implements Encoder {
  @Override
  public String family() {
    return "BERT";
  }

  @Override
  public String modelType() {
    return "bert";
  }

  @Override
  public String tokenizerClass() {
    return "BertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("bert.pooler.dense"));
  }

  @Override
  public Optional<MaskedHead> maskedHead(HfConfig config) {
    return Optional.of(
        new MaskedHead(
            "cls.predictions.transform.dense",
            "cls.predictions.transform.LayerNorm",
            "cls.predictions.decoder",
            List.of("cls.predictions.bias", "cls.predictions.decoder.bias"),
            Activation.of(config.text("hidden_act", "gelu"), config.where() + ", hidden_act"),
            config.number("layer_norm_eps", 1e-12)));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "BertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "BertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "BertModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "bert";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    T positions = f.positions(in.ids()); // [b, t], padding counted
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, positions, s.d()); // [b, t, d]
    return BertStack.layers(f, s, w.at("encoder"), x, in); // [b, q, d]
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofPooler(f, w, "bert", first, width(config), labels);
  }
}
