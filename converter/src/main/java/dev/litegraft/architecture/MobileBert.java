package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;

/**
 * MobileBERT: wide layers whose attention and feed-forward parts work in a narrow bottleneck, words
 * that read their two neighbours, and norms that only scale and shift.
 *
 * <p>A text's last word reads what stands behind it, a pad token too: with padding that is not a
 * row of zeros the answer depends on whether there is any.
 *
 * <p>Source: {@code transformers/models/mobilebert/modeling_mobilebert.py}; arXiv:2004.02984.
 */
final class MobileBert implements Encoder {
  @Override
  public String family() {
    return "MobileBERT";
  }

  @Override
  public String modelType() {
    return "mobilebert";
  }

  @Override
  public String tokenizerClass() {
    return "MobileBertTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "MobileBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "MobileBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "MobileBertModel", Task.EMBEDDING);
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withEpsilon() // of the norms that the published models have not
        .withOtherSizes("intra_bottleneck_size", "true_hidden_size");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("mobilebert.pooler.dense"));
  }

  @Override
  public String backbone() {
    return "mobilebert";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  /** What stands behind a text's last token is read, padding too. */
  @Override
  public boolean readsTheLength(HfConfig config) {
    return config.flag("trigram_input", true);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    MobileBertSizes s = MobileBertSizes.of(config);
    config.has("classifier_activation"); // the classifier's
    T x = embeddings(f, s, w.at("embeddings"), in); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("encoder").at("layer").at(i), x, queries);
    }
    return x; // [b, q, d]
  }

  private static <T> T embeddings(Layers<T> f, MobileBertSizes s, Weights w, Inputs<T> in) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v(), s.width()));
    T positions = f.positions(in.ids());
    T read = // [b, t, width or 3 · width]
        s.readsNeighbours()
            ? f.joined(List.of(f.ahead(word, positions, 1), word, f.ahead(word, positions, -1)))
            : word;
    int width = s.readsNeighbours() ? 3 * s.width() : s.width();
    Linear to = Linear.read(w.at("embedding_transformation"), width, s.d());
    T wide = s.readsNeighbours() || width != s.d() ? f.linear(read, to) : read;
    Embedding places = Embedding.read(w.at("position_embeddings"), s.positions(), s.d());
    Embedding types = Embedding.read(w.at("token_type_embeddings"), s.types(), s.d());
    T sum = f.add(f.add(wide, f.embedding(positions, places)), BertStack.tokenTypes(f, in, types));
    return f.named(s.normed(f, w.at("LayerNorm"), sum, s.d(), 1e-5), w.path());
  }

  private static <T> T layer(Layers<T> f, MobileBertSizes s, Weights w, T x, Queries<T> queries) {
    Weights b = w.at("bottleneck");
    T input = s.hasBottleneck() ? narrow(f, s, b.at("input"), x) : x; // [b, t, n]
    T asked = // [b, t, n or d]
        !s.hasBottleneck() || s.attendsWithinBottleneck()
            ? input
            : s.sharesBottleneck() ? narrow(f, s, b.at("attention"), x) : x;
    T told = s.hasBottleneck() && s.attendsWithinBottleneck() ? input : x; // [b, t, n or d]
    if (s.hasBottleneck() && s.attendsWithinBottleneck() && s.sharesBottleneck()) {
      s.leave(b.at("attention"));
    }
    Weights a = w.at("attention");
    T mixed = attention(f, s, a, asked, told, queries); // [b, q, n]
    Weights output = a.at("output").at("LayerNorm");
    T y = s.normed(f, output, f.add(mixed, queries.of(input)), s.n(), s.epsilon());
    for (int i = 0; i < s.feedForwards() - 1; i++) {
      y = feedForward(f, s, w.at("ffn").at(i), y, s.epsilon());
    }
    T fed = feedForward(f, s, w, y, 1e-5); // [b, q, n]
    if (!s.hasBottleneck()) {
      return f.named(fed, w.path());
    }
    Weights out = w.at("output").at("bottleneck");
    T wide = f.linear(fed, Linear.read(out.at("dense"), s.n(), s.d())); // [b, q, d]
    T sum = f.add(wide, queries.of(x));
    return f.named(s.normed(f, out.at("LayerNorm"), sum, s.d(), s.epsilon()), w.path());
  }

  private static <T> T narrow(Layers<T> f, MobileBertSizes s, Weights w, T x) {
    T dense = f.linear(x, Linear.read(w.at("dense"), s.d(), s.n()));
    return s.normed(f, w.at("LayerNorm"), dense, s.n(), s.epsilon());
  }

  /** Queries and keys of one value, values of another. */
  private static <T> T attention(
      Layers<T> f, MobileBertSizes s, Weights w, T asked, T told, Queries<T> queries) {
    Weights self = w.at("self");
    int wide = s.widthOfValues();
    T query = f.linear(queries.of(asked), Linear.read(self.at("query"), s.n(), s.n())); // [b, q, n]
    T key = f.linear(asked, Linear.read(self.at("key"), s.n(), s.n())); // [b, t, n]
    T value = f.linear(told, Linear.read(self.at("value"), wide, s.n())); // [b, t, n]
    T mixed =
        queries.attend(
            f.splitHeads(query, s.h()),
            f.splitHeads(key, s.h()),
            f.splitHeads(value, s.h()),
            queries.scores(1 / Math.sqrt((double) s.n() / s.h())));
    return f.linear(f.mergeHeads(mixed), Linear.read(w.at("output").at("dense"), s.n(), s.n()));
  }

  private static <T> T feedForward(Layers<T> f, MobileBertSizes s, Weights w, T x, double epsilon) {
    Mlp mlp =
        new Mlp(
            Linear.read(w.at("intermediate").at("dense"), s.n(), s.f()),
            Linear.read(w.at("output").at("dense"), s.f(), s.n()),
            s.activation());
    T sum = f.add(mlp.apply(f, x), x);
    return s.normed(f, w.at("output").at("LayerNorm"), sum, s.n(), epsilon);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    return config.flag("classifier_activation", true)
        ? Heads.ofPooler(f, w, "mobilebert", first, d, labels)
        : f.linear(first, Linear.read(w.at("classifier"), d, labels));
  }
}
