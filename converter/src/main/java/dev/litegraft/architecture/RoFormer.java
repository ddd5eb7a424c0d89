package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * RoFormer: BERT whose neighbouring numbers of a head turn as pairs, by angles that checkpoints
 * hold as a table.
 *
 * <p>Source: {@code transformers/models/roformer/modeling_roformer.py}; arXiv:2104.09864.
 */
final class RoFormer implements Encoder {
  @Override
  public String family() {
    return "RoFormer";
  }

  @Override
  public String modelType() {
    return "roformer";
  }

  @Override
  public String tokenizerClass() {
    return "RoFormerTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withDenseHead()
        .withTables("word_embeddings", Optional.empty(), Optional.of("token_type_embeddings"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "RoFormerForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "RoFormerForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "RoFormerModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "roformer";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings", 1536);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s =
        BertStack.Sizes.of(config.withDefault("max_position_embeddings", maxTokens(config)));
    int width = config.size("embedding_size", s.d());
    T x = embeddings(f, s, w.at("embeddings"), in, width); // [b, t, width]
    if (width != s.d()) {
      x = f.linear(x, Linear.read(w.at("embeddings_project"), width, s.d())); // [b, t, d]
    }
    Weights encoder = w.at("encoder");
    Rope<T> rope = rope(f, s, encoder.at("embed_positions"), f.positions(in.ids()));
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL), rope);
    boolean turnsValues = config.flag("rotary_value", false);
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      Weights layer = encoder.at("layer").at(i);
      T mixed = attention(f, s, layer.at("attention"), x, queries, turnsValues); // [b, q, d]
      x = BertStack.afterProjection(f, s, layer, queries.of(x), mixed);
    }
    return x; // [b, q, d]
  }

  private static <T> T embeddings(
      Layers<T> f, BertStack.Sizes s, Weights w, Inputs<T> in, int width) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v(), width));
    Embedding types = Embedding.read(w.at("token_type_embeddings"), s.types(), width);
    T sum = f.add(word, BertStack.tokenTypes(f, in, types)); // [b, t, width]
    return f.named(
        f.layerNorm(sum, LayerNorm.read(w.at("LayerNorm"), width, s.epsilon())), w.path());
  }

  /** Sines in the first half of a row, cosines in the second; as new where there is no table. */
  private static <T> Rope<T> rope(Layers<T> f, BertStack.Sizes s, Weights w, T positions) {
    if (!w.has("weight")) {
      return f.rope(positions, RotaryEmbedding.plain(10000, s.e()));
    }
    int half = s.e() / 2;
    TensorData turned = TensorViews.transposed(w.tensor("weight", s.positions(), s.e()));
    TensorData sin = TensorViews.transposed(TensorViews.rows(turned, 0, half));
    TensorData cos = TensorViews.transposed(TensorViews.rows(turned, half, half));
    return new Rope<>(
        f.lookUp(positions, TensorViews.named(w.path() + ".cos", cos)),
        f.lookUp(positions, TensorViews.named(w.path() + ".sin", sin)));
  }

  private static <T> T attention(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> queries, boolean turnsValues) {
    Weights self = w.at("self");
    SelfAttention read =
        new SelfAttention(
            Linear.read(self.at("query"), s.d(), s.d()),
            Linear.read(self.at("key"), s.d(), s.d()),
            Linear.read(self.at("value"), s.d(), s.d()),
            Linear.read(w.at("output").at("dense"), s.d(), s.d()),
            s.h(),
            s.h());
    SelfAttention a = read.turningNeighbours(s.e());
    if (!turnsValues) {
      return a.apply(f, x, queries);
    }
    SelfAttention all = a.turningNeighboursOfValues(s.e());
    List<T> qkv = queries.project(x, all.query(), all.key(), all.value());
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, q, e]
    T key = f.splitHeads(qkv.get(1), s.h()); // [b, h, t, e]
    T value = queries.rotateKey(f.splitHeads(qkv.get(2), s.h())); // [b, h, t, e]
    return all.attend(f, query, key, value, queries);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    Activation activation = BertStack.Sizes.activation(config, "gelu");
    return Heads.ofTwoLayers(f, w.at("classifier"), first, width(config), labels, activation);
  }
}
