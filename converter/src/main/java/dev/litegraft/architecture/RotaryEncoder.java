package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Optional;

/**
 * BERT with rotary positions, as transformers 5 names its modules: embeddings without a table of
 * positions, and layers whose sums are normalised after attention and after the feed-forward part.
 *
 * <p>Source: {@code transformers/models/jina_embeddings_v3/modeling_jina_embeddings_v3.py}, from
 * which Nomic-BERT and GTE are put together.
 */
final class RotaryEncoder {
  /** What these families call their modules; the head is each family's. */
  static final ModuleNames MODULES =
      ModuleNames.ENCODER
          .withAttention("self_attn", "q_proj", "k_proj", "v_proj")
          .withTables("word_embeddings", Optional.empty(), Optional.of("token_type_embeddings"));

  private RotaryEncoder() {}

  /** The feed-forward part of a layer, in which the families differ. */
  interface FeedForward {
    /**
     * Of [b, q, d] to [b, q, d].
     *
     * @param layer which one, from 0
     * @param w its module {@code mlp}
     */
    <T> T apply(Layers<T> f, int layer, Weights w, T x);
  }

  /**
   * The last hidden states: [b, t, d], or [b, 1, d] where {@code in.selection()} is present.
   *
   * @param attentionBias whether the projections have biases
   */
  static <T> T hidden(
      Layers<T> f, Sizes s, Weights w, Inputs<T> in, boolean attentionBias, FeedForward mlp) {
    T x = embeddings(f, s, w.at("embeddings"), in); // [b, t, d]
    T mask = f.mask(in.attended(), Span.BIDIRECTIONAL);
    Queries<T> all = Queries.all(f, mask, f.rope(f.positions(in.ids()), s.rope));
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      Weights layer = w.at("layers").at(i);
      T mixed = attention(f, s, layer.at("self_attn"), x, queries, attentionBias); // [b, q, d]
      T attended = norm(f, s, layer.at("post_attention_layernorm"), f.add(queries.of(x), mixed));
      T fed = mlp.apply(f, i, layer.at("mlp"), attended);
      x = f.named(norm(f, s, layer.at("post_mlp_layernorm"), f.add(attended, fed)), layer.path());
    }
    return x; // [b, q, d]
  }

  private static <T> T embeddings(Layers<T> f, Sizes s, Weights w, Inputs<T> in) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v, s.d));
    T typed = word;
    if (s.types > 0) {
      Embedding table = Embedding.read(w.at("token_type_embeddings"), s.types, s.d);
      typed = f.add(word, BertStack.tokenTypes(f, in, table));
    }
    return f.named(norm(f, s, w.at("LayerNorm"), typed), w.path()); // [b, t, d]
  }

  private static <T> T attention(
      Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries, boolean bias) {
    int width = s.h * s.e;
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("q_proj"), s.d, width, bias),
            Linear.read(w.at("k_proj"), s.d, width, bias),
            Linear.read(w.at("v_proj"), s.d, width, bias));
    T query = queries.rotateQuery(f.splitHeads(qkv.get(0), s.h)); // [b, h, q, e]
    T key = queries.rotateKey(f.splitHeads(qkv.get(1), s.h)); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h); // [b, h, t, e]
    T mixed = queries.attend(query, key, value, queries.scores(1 / Math.sqrt(s.e))); // [b, h, q, e]
    return f.linear(f.mergeHeads(mixed), Linear.read(w.at("o_proj"), width, s.d, bias));
  }

  private static <T> T norm(Layers<T> f, Sizes s, Weights w, T x) {
    return f.layerNorm(x, LayerNorm.read(w, s.d, s.epsilon));
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
  }
}
