package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.TensorData;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * BERT with rotary positions, as transformers 5 names its modules: embeddings without a table of
 * positions, and layers whose sums are normalised after attention and after the feed-forward part.
 *
 * <p>Source: {@code transformers/models/jina_embeddings_v3/modeling_jina_embeddings_v3.py}, from
 * which Nomic-BERT and GTE are put together.
 */
interface RotaryEncoder extends Encoder {
  /** What these families call their modules; the head is each family's. */
  ModuleNames MODULES =
      ModuleNames.ENCODER
          .withAttention("self_attn", "q_proj", "k_proj", "v_proj")
          .withTables("word_embeddings", Optional.empty(), Optional.of("token_type_embeddings"));

  /** The config with the defaults of the family's class for keys that it leaves out. */
  HfConfig withDefaults(HfConfig config);

  /** Whether the projections of attention have biases. */
  default boolean attentionBias(HfConfig config) {
    return true;
  }

  /**
   * The feed-forward part of a layer, in which the families differ.
   *
   * @param layer which one, from 0
   * @param w its module {@code mlp}
   */
  FeedForward feedForward(HfConfig config, Sizes s, int layer, Weights w);

  @Override
  default OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 1);
  }

  @Override
  default int tokenTypes(HfConfig config) {
    return withDefaults(config).integer("type_vocab_size");
  }

  @Override
  default boolean readsTheLength(HfConfig config) {
    return RotaryEmbedding.dependsOnLength(config);
  }

  @Override
  default Map<String, TensorData> tensors(Map<String, TensorData> stored) {
    return storedNames().apply(stored);
  }

  @Override
  default <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(withDefaults(config));
    boolean bias = attentionBias(config);
    T x = embeddings(f, s, w.at("embeddings"), in); // [b, t, d]
    T mask = f.mask(in.attended(), Span.BIDIRECTIONAL);
    Queries<T> all = Queries.all(f, mask, f.rope(f.positions(in.ids()), s.rope));
    return new LayerStack<>(f, w.at("layers"), s.layers, in)
        .apply(
            x,
            i -> all,
            (i, layer) ->
                new Block.NormedSums(
                    SelfAttention.read(layer.at("self_attn"), s.d, s.h, s.h, s.e, bias, bias),
                    s.norm(layer.at("post_attention_layernorm")),
                    feedForward(config, s, i, layer.at("mlp")),
                    s.norm(layer.at("post_mlp_layernorm"))));
  }

  /** BERT's pooler and a linear layer: where the class keeps its head at the backbone. */
  @Override
  default <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    T dense = f.linear(first, Linear.read(w.at(backbone()).at("pooler").at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("classifier"), d, labels));
  }

  private static <T> T embeddings(Layers<T> f, Sizes s, Weights w, Inputs<T> in) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v, s.d));
    T typed = word;
    if (s.types > 0) {
      Embedding table = Embedding.read(w.at("token_type_embeddings"), s.types, s.d);
      typed = f.add(word, BertStack.tokenTypes(f, in, table));
    }
    return f.named(s.norm(w.at("LayerNorm")).apply(f, typed), w.path()); // [b, t, d]
  }

  /** What the authors' own code calls the modules, and transformers when it saves them. */
  static StoredNames storedNames() {
    return new StoredNames()
        .renaming("emb_ln", "embeddings.LayerNorm")
        .renaming("encoder\\.layers?", "layers")
        .splitting(
            "(?:attn|mixer)\\.Wqkv", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
        .renaming("(?:attn|mixer)\\.out_proj", "self_attn.o_proj")
        .splitting(
            "attention\\.qkv_proj", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
        .renaming("attention\\.([qkvo])_proj", "self_attn.$1_proj")
        .splitting("up_gate_proj", "up_proj", "gate_proj")
        .renaming("fc11", "up_proj")
        .renaming("fc12", "gate_proj")
        .renaming("(?:norm1|attn_ln)", "post_attention_layernorm")
        .renaming("(?:norm2|mlp_ln)", "post_mlp_layernorm");
  }

  /** What the config says, under the letters of the shapes; {@code types} is 0 without a table. */
  record Sizes(
      int v,
      int d,
      int layers,
      int h,
      int e,
      int f,
      int types,
      double epsilon,
      Activation activation,
      RotaryEmbedding rope) {
    /** Keys that the config leaves out have the defaults of the family's class. */
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      int e = c.size("head_dim", d / h);
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          e,
          c.size("intermediate_size"),
          c.integer("type_vocab_size"),
          c.number("layer_norm_eps"),
          Activation.of(c.text("hidden_act"), c.where() + ", hidden_act"),
          RotaryEmbedding.of(c, e));
    }

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon);
    }
  }
}
