package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * BART: an encoder, and a decoder that reads the text once more; norms stand behind the sums.
 *
 * <p>Source: {@code transformers/models/bart/modeling_bart.py}; arXiv:1910.13461.
 */
final class Bart implements Architecture, BartStack.Layer {
  private static final String BACKBONE = "model";
  private static final int PAD = 1;

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
  public ConfigNames configNames() {
    return BartStack.CONFIG;
  }

  @Override
  public ModuleNames moduleNames() {
    return BartStack.MODULES;
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "BartForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "BartModel", Task.EMBEDDING);
  }

  @Override
  public boolean answersQuestions() {
    return true;
  }

  @Override
  public Pooling pooling(HfConfig config) {
    return Seq2Seq.POOLING;
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, PAD);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings", 1024);
  }

  @Override
  public double embeddingScale(HfConfig config) {
    return config.flag("scale_embedding", false) ? Math.sqrt(width(config)) : 1;
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    config.has("is_encoder_decoder"); // the class is one whatever the key says
    config.has("num_hidden_layers"); // which version 4 saved, and encoder_layers says
    Weights bare = w.at(BACKBONE).isEmpty() ? w : w.at(BACKBONE);
    if (in.task() != Task.SEQUENCE_CLASSIFICATION) {
      return hidden(f, config, bare, in);
    }
    T end = Seq2Seq.lastEnd(f, config, in.ids(), 2);
    T x = hidden(f, config, bare, in.reading(end)); // [b, 1, d]
    return Seq2Seq.classify(f, config, w.at("classification_head"), x, width(config));
  }

  private <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BartStack.Stack encoder = BartStack.stack(config, "encoder");
    BartStack.Stack decoder = BartStack.stack(config, "decoder");
    Weights e = w.at("encoder");
    Weights d = w.at("decoder");
    double scale = (float) embeddingScale(config);
    int begin = config.integer("decoder_start_token_id", 2);
    T begins = f.affine(in.attended(), 0, begin);
    T start = BartStack.words(f, config, w, "decoder", begins, scale);
    T first = f.pick(f.firstToken(in.ids()), start); // [b, 1, d]
    T read = BartStack.words(f, config, w, "encoder", in.ids(), scale); // [b, t, d]
    T words =
        BartStack.sharesWords(config, w)
            ? read
            : BartStack.words(f, config, w, "decoder", in.ids(), scale);
    T encoded = BartStack.embeddings(f, encoder, e, in, read);
    encoded = BartStack.encoder(f, encoder, e, in, encoded, this); // [b, t, d]
    T shifted = Seq2Seq.shifted(f, in, words, first);
    T embedded = BartStack.embeddings(f, decoder, d, in, shifted);
    return BartStack.decoder(f, decoder, d, in, embedded, encoded, this); // [b, q, d]
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
