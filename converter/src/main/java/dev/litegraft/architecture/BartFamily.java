package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import java.util.OptionalInt;

/**
 * BART and what was made of it: an encoder, a decoder that reads the same text one token later, and
 * a head that reads its state at the last end-of-text token. Where norms stand, and what the
 * decoder begins with, is each family's.
 *
 * <p>Source: {@code transformers/models/bart/modeling_bart.py}, of which mBART's is a copy.
 */
interface BartFamily extends Architecture, BartStack.Layer {
  /** The pad token of a config that names none. */
  int PAD = 1;

  /** The module that holds the backbone in the class with a head. */
  String BACKBONE = "model";

  /**
   * The vector of the word that the decoder begins with, [b, 1, d].
   *
   * @param w the backbone's module
   * @param words the text's words as the decoder reads them, [b, t, d]
   */
  <T> T firstWord(Layers<T> f, HfConfig config, Weights w, Inputs<T> in, T words);

  /**
   * What stands behind the layers of encoder or decoder: [b, q, d] to the same.
   *
   * @param w the module {@code encoder} or {@code decoder}
   */
  default <T> T behindLayers(Layers<T> f, BartStack.Stack s, Weights w, T x) {
    return x;
  }

  @Override
  default ConfigNames configNames() {
    return BartStack.CONFIG;
  }

  @Override
  default ModuleNames moduleNames() {
    return BartStack.MODULES;
  }

  @Override
  default boolean answersQuestions() {
    return true;
  }

  @Override
  default Pooling pooling(HfConfig config) {
    return Seq2Seq.POOLING;
  }

  @Override
  default OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, PAD);
  }

  @Override
  default OptionalInt endToken(HfConfig config) {
    return OptionalInt.of(config.integer("eos_token_id", 2));
  }

  @Override
  default int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings", 1024);
  }

  @Override
  default double embeddingScale(HfConfig config) {
    return config.flag("scale_embedding", false) ? Math.sqrt(width(config)) : 1;
  }

  @Override
  default <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    config.has("is_encoder_decoder"); // the class is one whatever the key says
    config.has("num_hidden_layers"); // which version 4 saved, and encoder_layers says
    Weights bare = w.at(BACKBONE).isEmpty() ? w : w.at(BACKBONE);
    if (in.task() != Task.SEQUENCE_CLASSIFICATION) {
      return hidden(f, config, bare, in);
    }
    T end = Seq2Seq.lastEnd(f, endToken(config).orElseThrow(), in.ids());
    T x = hidden(f, config, bare, in.reading(end)); // [b, 1, d]
    return Seq2Seq.classify(f, config, w.at("classification_head"), x, width(config));
  }

  private <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BartStack.Stack encoder = BartStack.stack(config, "encoder");
    BartStack.Stack decoder = BartStack.stack(config, "decoder");
    Weights e = w.at("encoder");
    Weights d = w.at("decoder");
    double scale = (float) embeddingScale(config);
    T read = BartStack.words(f, config, w, "encoder", in.ids(), scale); // [b, t, d]
    T words =
        BartStack.sharesWords(config, w)
            ? read
            : BartStack.words(f, config, w, "decoder", in.ids(), scale);
    T first = firstWord(f, config, w, in, words); // [b, 1, d]
    T embedded = BartStack.embeddings(f, encoder, e, in, read);
    T encoded = BartStack.encoder(f, encoder, e, in, embedded, this);
    encoded = behindLayers(f, encoder, e, encoded); // [b, t, d]
    T shifted = BartStack.embeddings(f, decoder, d, in, Seq2Seq.shifted(f, in, words, first));
    T decoded = BartStack.decoder(f, decoder, d, in, shifted, encoded, this);
    return behindLayers(f, decoder, d, decoded); // [b, q, d]
  }
}
