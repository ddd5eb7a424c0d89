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
 * BART: an encoder, and a decoder that reads the text once more; norms stand behind the sums.
 *
 * <p>Source: {@code transformers/models/bart/modeling_bart.py}; arXiv:1910.13461.
 */
final class Bart implements BartFamily {
  @Override
  public String family() {
    return "BART";
  }

  @Override
  public String modelType() {
    return "bart";
  }

  @Override
  public String tokenizerClass() {
    return "BartTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "BartForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "BartModel", Task.EMBEDDING);
  }

  @Override
  public <T> T firstWord(Layers<T> f, HfConfig config, Weights w, Inputs<T> in, T words) {
    T begins = f.affine(in.attended(), 0, config.integer("decoder_start_token_id", 2));
    double scale = (float) embeddingScale(config);
    return f.pick(f.firstToken(in.ids()), BartStack.words(f, config, w, "decoder", begins, scale));
  }

  @Override
  public <T> T apply(
      Layers<T> f,
      BartStack.Stack s,
      Weights w,
      T states,
      Queries<T> queries,
      Optional<BartStack.Across<T>> across) {
    T own = queries.of(states); // [b, q, d]
    T mixed = BartStack.attention(f, s, w.at("self_attn"), own, states, queries);
    T x = BartStack.norm(f, s, w.at("self_attn_layer_norm"), f.add(own, mixed));
    if (across.isPresent()) {
      BartStack.Across<T> encoder = across.get();
      Weights a = w.at("encoder_attn");
      T found = BartStack.attention(f, s, a, x, encoder.states(), encoder.queries());
      x = BartStack.norm(f, s, w.at("encoder_attn_layer_norm"), f.add(x, found));
    }
    T fed = f.add(x, BartStack.feedForward(f, s, w, x));
    return BartStack.norm(f, s, w.at("final_layer_norm"), fed);
  }
}
