package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Pooled;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * XLM, and FlauBERT, which may have its norms before each half of a layer: BERT's layers under
 * names that count by kind, classified by one linear layer.
 *
 * <p>Token type ids are read by nobody here: the original would add the words of those numbers. Nor
 * are languages: it adds none where it is given none.
 *
 * <p>Source: {@code transformers/models/xlm/modeling_xlm.py} and {@code flaubert}.
 *
 * @param family the name
 * @param prefix what Hugging Face's class names begin with
 * @param modelType what config.json calls it
 */
record Xlm(String family, String prefix, String modelType) implements Encoder {
  static final Xlm XLM = new Xlm("XLM", "XLM", "xlm");
  static final Xlm FLAUBERT = new Xlm("FlauBERT", "Flaubert", "flaubert");

  @Override
  public String tokenizerClass() {
    return prefix + "Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withSizes("emb_dim", "n_heads", "n_layers")
        .withEpsilon("layer_norm_eps")
        .withActivations()
        .withInitializerRange("init_std")
        .withOtherSizes("n_words", "n_langs");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("sequence_summary.summary", "classifier"), List.of())
        .withAttention("attentions", "q_lin", "k_lin", "v_lin")
        .withTables("embeddings", Optional.of("position_embeddings"), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        prefix + "ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        prefix + "ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        prefix + "Model", Task.EMBEDDING);
  }

  /** The other class for it searches beams. */
  @Override
  public Optional<String> spanClass() {
    return Optional.of(prefix + "ForQuestionAnsweringSimple");
  }

  @Override
  public String backbone() {
    return "transformer";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return 0;
  }

  @Override
  public int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings", 512);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, config.integer("pad_index", 2));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config, maxTokens(config));
    config.has("summary_activation"); // the classifier's
    Heads.unread(w.at("lang_embeddings"), "weight", config.size("n_langs", 1), s.d);
    T word = f.embedding(in.ids(), Embedding.read(w.at("embeddings"), s.v, s.d));
    Embedding places = Embedding.read(w.at("position_embeddings"), s.p, s.d);
    T placed = f.add(word, f.embedding(f.positions(in.ids()), places));
    T x = f.layerNorm(placed, s.norm(w.at("layer_norm_emb"))); // [b, t, d]
    Span span = config.flag("causal", false) ? Span.CAUSAL : Span.BIDIRECTIONAL;
    Queries<T> all = Queries.all(f, f.mask(in.attended(), span));
    for (int i = 0; i < s.layers; i++) { // whose modules are counted by kind
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = block(s, w, i).apply(f, x, queries);
    }
    return x; // [b, q, d]
  }

  private static Block block(Sizes s, Weights w, int i) {
    LayerNorm first = s.norm(w.at("layer_norm1").at(i));
    LayerNorm second = s.norm(w.at("layer_norm2").at(i));
    SelfAttention attention = attention(s, w.at("attentions").at(i));
    Mlp mlp = Mlp.read(w.at("ffns").at(i), "lin1", "lin2", s.d, 4 * s.d, true, s.activation);
    return s.normsBefore
        ? new Block.PreNorm(first, attention, second, mlp)
        : new Block.NormedSums(attention, first, mlp, second);
  }

  private static SelfAttention attention(Sizes s, Weights w) {
    return new SelfAttention(
        Linear.read(w.at("q_lin"), s.d, s.d),
        Linear.read(w.at("k_lin"), s.d, s.d),
        Linear.read(w.at("v_lin"), s.d, s.d),
        Linear.read(w.at("out_lin"), s.d, s.d),
        s.h,
        s.h);
  }

  /** As {@code summary_type} says; of a single text, which is what is read here. */
  @Override
  public Pooling pooling(HfConfig config) {
    String type = config.text("summary_type", "first");
    return switch (type) {
      case "first" -> Pooling.CLS;
      case "mean" -> Pooling.MEAN;
      case "last", "cls_index" ->
          Pooling.LAST; // no index is given, and then the class takes the last
      default ->
          throw new InvalidCheckpointException(
              "summary_type is \""
                  + type
                  + "\", where first, last, mean and cls_index are known: the class itself has no other",
              config.where() + ", summary_type",
              "compare the key with the model's original config.json");
    };
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    if (in.task() != Task.SEQUENCE_CLASSIFICATION) {
      config.has("summary_type"); // the classifier's
      return Encoder.super.forward(f, config, w, in);
    }
    Weights backbone = w.at(backbone());
    T one = Pooled.apply(pooling(config), f, in, read -> hidden(f, config, backbone, read));
    return classify(f, config, w, one, Labels.of(config).count());
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T one, int labels) {
    for (String key : List.of("summary_use_proj", "summary_proj_to_labels")) {
      if (!config.flag(key, true)) {
        throw new InvalidCheckpointException(
            key
                + " is false, so that the class answers with numbers of its width, which are no labels",
            config.where() + ", " + key,
            "train the model with the class's own setting, true");
      }
    }
    Linear to = Linear.read(w.at("sequence_summary").at("summary"), width(config), labels);
    String activation = config.text("summary_activation", "");
    T logits = f.linear(one, to);
    return activation.isEmpty()
        ? logits
        : f.activation(logits, Activation.of(activation, config.where() + ", summary_activation"));
  }

  /** What the config says, under the letters of the shapes; p is positions. */
  private record Sizes(
      int v,
      int p,
      int d,
      int layers,
      int h,
      double epsilon,
      Activation activation,
      boolean normsBefore) {
    static Sizes of(HfConfig c, int positions) {
      if (!c.flag("is_encoder", true)) {
        throw new InvalidCheckpointException(
            "is_encoder is false, and the class is an encoder's",
            c.where() + ", is_encoder",
            "compare the key with the model's original config.json");
      }
      int d = c.size("emb_dim");
      int h = c.size("n_heads");
      BertStack.requireHeads(c, d, h);
      int words = c.has("vocab_size") ? c.size("vocab_size") : c.size("n_words");
      return new Sizes(
          words,
          positions,
          d,
          c.size("n_layers"),
          h,
          c.number("layer_norm_eps", 1e-12),
          c.flag("gelu_activation", true) ? Activation.GELU : Activation.RELU,
          c.flag("pre_norm", false));
    }

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon);
    }
  }
}
