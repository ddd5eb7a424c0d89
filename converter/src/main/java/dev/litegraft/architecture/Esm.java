package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ESM-2 and ESM-1b, models of proteins: BERT with its norms before each half of a layer, rotary or
 * RoBERTa's positions, and embeddings that are scaled by how many tokens are masked.
 *
 * <p>Source: {@code transformers/models/esm/modeling_esm.py}.
 */
final class Esm implements Encoder {
  private static final PreNormStack STACK =
      new PreNormStack(List.of("attention", "LayerNorm"), List.of("LayerNorm"));

  /** The share of tokens that were masked in training. */
  private static final double MASKED = 0.15 * 0.8;

  @Override
  public String family() {
    return "ESM";
  }

  @Override
  public String modelType() {
    return "esm";
  }

  @Override
  public String tokenizerClass() {
    return "EsmTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "EsmForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "EsmForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "EsmModel", Task.EMBEDDING);
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps").withActivations(); // which is GELU
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withDenseHead()
        .withTables("word_embeddings", Optional.of("position_embeddings"), Optional.empty());
  }

  @Override
  public String backbone() {
    return "esm";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return 0;
  }

  /** The first rows of the table of positions are never used; rotary positions have none. */
  @Override
  public int maxTokens(HfConfig config) {
    HfConfig known = config.withDefault("max_position_embeddings", 1026);
    return isRotary(config)
        ? known.size("max_position_embeddings")
        : known.size("max_position_embeddings") - padId(config) - 1;
  }

  private static boolean isRotary(HfConfig config) {
    String type = config.text("position_embedding_type", "absolute");
    if (!type.equals("absolute") && !type.equals("rotary")) {
      throw new InvalidCheckpointException(
          "position_embedding_type is \"" + type + "\", where absolute and rotary are known",
          config.where() + ", position_embedding_type",
          "compare the key with the model's original config.json");
    }
    return type.equals("rotary");
  }

  /** The class cannot count positions without one. */
  private static int padId(HfConfig config) {
    return config.integer("pad_token_id", 1);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = sizes(config);
    RotaryEmbedding turning = RotaryEmbedding.plain(theta(config), s.e());
    Weights contacts = w.at("contact_head").at("regression");
    Heads.unread(contacts, "weight", 1, s.layers() * s.h());
    Heads.unread(contacts, "bias", 1);
    leaveFrequencies(s, w.at("encoder").at("layer"));
    T x = embeddings(f, config, s, w.at("embeddings"), in); // [b, t, d]
    T mask = f.mask(in.attended(), Span.BIDIRECTIONAL);
    Queries<T> all =
        isRotary(config)
            ? Queries.all(f, mask, f.rope(f.positions(in.ids()), turning))
            : Queries.all(f, mask);
    Weights encoder = w.at("encoder");
    T last = STACK.layers(f, s, encoder, x, in, all); // [b, q, d]
    return f.layerNorm(
        last, LayerNorm.read(encoder.at("emb_layer_norm_after"), s.d(), s.epsilon()));
  }

  /** Version 5 reads the key; before, the class had a base of its own. */
  private static double theta(HfConfig config) {
    double theta = config.number("rope_theta", 10000);
    return SavedBy.UNKNOWN.orOf(config).transformersBefore(5, 0) ? 10000 : theta;
  }

  /** What the config says too: transformers 4 saved it in every layer, 5 in one called *. */
  private static void leaveFrequencies(BertStack.Sizes s, Weights w) {
    for (int i = -1; i < s.layers(); i++) {
      Weights self = (i < 0 ? w.at("*") : w.at(i)).at("attention").at("self");
      Heads.unread(self.at("rotary_embeddings"), "inv_freq", s.e() / 2);
    }
  }

  /** The mean number of masked tokens in training is put in the place of the text's. */
  private static <T> T embeddings(
      Layers<T> f, HfConfig config, BertStack.Sizes s, Weights w, Inputs<T> in) {
    T x = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v(), s.d())); // [b, t, d]
    if (config.flag("token_dropout", false)) {
      T isSeen = f.differs(in.ids(), config.integer("mask_token_id")); // [b, t]
      x = f.multiply(f.multiply(x, f.column(isSeen)), f.spread(dropout(f, in.attended(), isSeen)));
    }
    if (!isRotary(config)) {
      T positions = Roberta.positions(f, in.ids(), padId(config));
      Weights table = w.at("position_embeddings");
      x = f.add(x, f.embedding(positions, Embedding.read(table, s.positions(), s.d())));
    }
    if (config.flag("emb_layer_norm_before", false)) {
      x = f.layerNorm(x, LayerNorm.read(w.at("layer_norm"), s.d(), s.epsilon()));
    }
    return f.multiply(x, f.column(in.attended()));
  }

  /** {@code (1 − 0.12) / (1 − masked / tokens)}: [b, 1, 1]. */
  private static <T> T dropout(Layers<T> f, T attended, T isSeen) {
    T seen = f.multiply(attended, isSeen); // [b, t]
    T last = f.lastWhere(seen); // [b, 1, t]
    T ones = f.column(f.affine(attended, 0, 1)); // [b, t, 1]
    T share = f.matMul(f.multiply(f.averaging(seen), last), ones, false); // 1 / those not masked
    T tokens = f.pick(f.lastWhere(attended), f.column(f.runningSum(attended)));
    return f.scale(f.multiply(share, tokens), 1 - MASKED);
  }

  private static BertStack.Sizes sizes(HfConfig c) {
    int d = c.size("hidden_size");
    int h = c.size("num_attention_heads");
    BertStack.requireHeads(c, d, h);
    if (c.flag("is_folding_model", false)) {
      throw new InvalidCheckpointException(
          "is_folding_model is true: the model folds proteins",
          c.where() + ", is_folding_model",
          "use a checkpoint of EsmForSequenceClassification, EsmForTokenClassification or EsmModel");
    }
    return new BertStack.Sizes(
        c.size("vocab_size"),
        d,
        c.size("num_hidden_layers"),
        h,
        c.size("intermediate_size"),
        c.size("max_position_embeddings", 1026),
        0,
        c.number("layer_norm_eps", 1e-12),
        Activation.GELU,
        Optional.empty());
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofTwoLayers(f, w.at("classifier"), first, width(config), labels, Activation.TANH);
  }
}
