package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * T5, T5 1.1 and mT5, and UMT5, each of whose layers has a bias by distance of its own. Embedders
 * and taggers are the encoder alone; a text is classified through the decoder.
 *
 * <p>Source: {@code transformers/models/t5/modeling_t5.py}; its copies in {@code mt5} and {@code
 * umt5}; arXiv:1910.10683.
 *
 * @param family the name
 * @param prefix what Hugging Face's class names begin with
 * @param modelType what config.json calls it
 * @param tokenizerClass as transformers has it
 * @param feedForward what an absent {@code feed_forward_proj} means
 * @param biases which layers have a bias of their own
 */
record T5(
    String family,
    String prefix,
    String modelType,
    String tokenizerClass,
    String feedForward,
    T5Stack.Biases biases)
    implements Architecture {
  static final T5 ORIGINAL =
      new T5("T5", "T5", "t5", "T5Tokenizer", "relu", T5Stack.Biases.OF_THE_FIRST_LAYER);
  static final T5 MT5 =
      new T5("mT5", "MT5", "mt5", "MT5Tokenizer", "gated-gelu", T5Stack.Biases.OF_THE_FIRST_LAYER);
  static final T5 UMT5 =
      new T5("UMT5", "UMT5", "umt5", "T5Tokenizer", "gated-gelu", T5Stack.Biases.OF_EACH_LAYER);

  private static final String BACKBONE = "transformer";

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withSizes("d_model", "num_heads", "num_layers")
        .withHeadWidth("d_kv")
        .withFeedForward("d_ff")
        .withPositions("n_positions")
        .withEpsilon("layer_norm_epsilon")
        .withActivations("dense_act_fn", "feed_forward_proj");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER
        .withHead(
            List.of("classification_head.out_proj", "classifier"),
            List.of("classification_head.dense"))
        .withAttention("SelfAttention", "q", "k", "v")
        .withFurtherAttention("EncDecAttention")
        .withTables("shared", Optional.empty(), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        prefix + "ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        prefix + "ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        prefix + "EncoderModel", Task.EMBEDDING);
  }

  @Override
  public Pooling pooling(HfConfig config) {
    return Seq2Seq.POOLING;
  }

  @Override
  public Optional<String> spanClass() {
    return Optional.of(prefix + "ForQuestionAnswering");
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 0);
  }

  @Override
  public OptionalInt endToken(HfConfig config) {
    return OptionalInt.of(config.integer("eos_token_id", 1));
  }

  /** Distances beyond the farthest share a bucket. */
  @Override
  public int maxTokens(HfConfig config) {
    return Integer.MAX_VALUE;
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    config.has("is_encoder_decoder"); // the class is what counts
    config.has("is_decoder");
    config.has("num_decoder_layers"); // of which an encoder has none
    config.has("scale_decoder_outputs"); // where the decoder writes text
    Weights bare = w.at(BACKBONE).isEmpty() ? w : w.at(BACKBONE);
    T5Stack s = T5Stack.of(config, feedForward, biases);
    int d = width(config);
    return switch (in.task()) {
      case SEQUENCE_CLASSIFICATION -> {
        T end = Seq2Seq.lastEnd(f, endToken(config).orElseThrow(), in.ids());
        T x = decoded(f, s, config, bare, in, Optional.of(end)); // [b, 1, d]
        yield Seq2Seq.classify(f, config, w.at("classification_head"), x, d);
      }
      case TOKEN_CLASSIFICATION -> {
        T x = encoded(f, s, config, bare, in); // [b, t, d]
        yield f.linear(x, Linear.read(w.at("classifier"), d, Labels.of(config).count()));
      }
      case QUESTION_ANSWERING -> decoded(f, s, config, bare, in, Optional.empty());
      default -> encoded(f, s, config, bare, in);
    };
  }

  private static <T> T words(Layers<T> f, HfConfig config, Weights w, T index) {
    Weights own = w.at("shared").isEmpty() ? w.at("encoder").at("embed_tokens") : w.at("shared");
    int v = config.size("vocab_size");
    return f.embedding(index, Embedding.read(own, v, config.size("d_model")));
  }

  private <T> T encoded(Layers<T> f, T5Stack s, HfConfig config, Weights w, Inputs<T> in) {
    T words = words(f, config, w, in.ids()); // [b, t, d]
    return s.encoder(f, w.at("encoder"), in, words, config.size("num_layers"));
  }

  /** The decoder's states: [b, t, d], or [b, 1, d] of the one token that is read. */
  private <T> T decoded(
      Layers<T> f, T5Stack s, HfConfig config, Weights w, Inputs<T> in, Optional<T> one) {
    int layers = config.size("num_layers");
    T words = words(f, config, w, in.ids()); // [b, t, d]
    T encoded = s.encoder(f, w.at("encoder"), in, words, layers);
    T begins = f.affine(in.attended(), 0, start(config));
    T first = f.pick(f.firstToken(in.ids()), words(f, config, w, begins));
    T shifted = Seq2Seq.shifted(f, in, words, first);
    int ofDecoder = config.size("num_decoder_layers", layers);
    Inputs<T> read = one.map(in::reading).orElse(in);
    return s.decoder(f, w.at("decoder"), read, shifted, encoded, ofDecoder);
  }

  /** T5's class has no default; those of its copies have. */
  private int start(HfConfig config) {
    if (equals(ORIGINAL) && !config.has("decoder_start_token_id")) {
      throw new InvalidCheckpointException(
          "config.json has no decoder_start_token_id, which the class needs where it classifies"
              + " texts",
          config.where() + ", decoder_start_token_id",
          "in a copy of the folder, add the key as the model was trained with it; it is usually the pad token, 0");
    }
    return config.integer("decoder_start_token_id", 0);
  }
}
