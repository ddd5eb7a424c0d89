package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import java.util.Map;
import java.util.Optional;

/**
 * mBART: BART with norms before each part and one behind each stack. Its decoder begins with the
 * text's last token, which names the language.
 *
 * <p>Source: {@code transformers/models/mbart/modeling_mbart.py}; arXiv:2001.08210.
 */
final class Mbart implements BartFamily {
  @Override
  public String family() {
    return "mBART";
  }

  @Override
  public String modelType() {
    return "mbart";
  }

  @Override
  public String tokenizerClass() {
    return "MBartTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "MBartForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "MBartModel", Task.EMBEDDING);
  }

  /** The text's last token, which names its language. */
  @Override
  public <T> T firstWord(Layers<T> f, HfConfig config, Weights w, Inputs<T> in, T words) {
    int pad = padToken(config).orElse(PAD);
    return f.pick(f.lastWhere(f.differs(in.ids(), pad)), words);
  }

  @Override
  public <T> T behindLayers(Layers<T> f, BartStack.Stack s, Weights w, T x) {
    return BartStack.norm(f, s, w.at("layer_norm"), x);
  }

  @Override
  public <T> T apply(
      Layers<T> f,
      BartStack.Stack s,
      Weights w,
      T states,
      Queries<T> queries,
      Optional<BartStack.Across<T>> across) {
    T normed = BartStack.norm(f, s, w.at("self_attn_layer_norm"), states); // [b, t, d]
    T mixed = BartStack.attention(f, s, w.at("self_attn"), queries.of(normed), normed, queries);
    T x = f.add(queries.of(states), mixed); // [b, q, d]
    if (across.isPresent()) {
      BartStack.Across<T> encoder = across.get();
      T asking = BartStack.norm(f, s, w.at("encoder_attn_layer_norm"), x);
      Weights a = w.at("encoder_attn");
      x = f.add(x, BartStack.attention(f, s, a, asking, encoder.states(), encoder.queries()));
    }
    T again = BartStack.norm(f, s, w.at("final_layer_norm"), x);
    return f.add(x, BartStack.feedForward(f, s, w, again));
  }
}
