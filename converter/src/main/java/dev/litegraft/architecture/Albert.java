package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;

/**
 * ALBERT: narrow tables, and layers that share their weights in groups.
 *
 * <p>Source: {@code transformers/models/albert/modeling_albert.py}.
 */
final class Albert implements Encoder {
  private static final int MOST_LAYERS = 512;

  @Override
  public String family() {
    return "ALBERT";
  }

  @Override
  public String modelType() {
    return "albert";
  }

  @Override
  public String tokenizerClass() {
    return "AlbertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("albert.pooler"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "AlbertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "AlbertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "AlbertModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "albert";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = sizes(config);
    int width = config.size("embedding_size", 128);
    int groups = config.size("num_hidden_groups", 1);
    int inner = config.size("inner_group_num", 1);
    // Elsewhere a layer too many has no weights; here all have the same.
    if (s.layers() > MOST_LAYERS) {
      throw new InvalidCheckpointException(
          s.layers() + " layers share their weights, where at most " + MOST_LAYERS + " can",
          config.where() + ", num_hidden_layers",
          "compare the key with the model's original config.json");
    }
    T narrow = BertStack.embeddings(f, s, w.at("embeddings"), in, f.positions(in.ids()), width);
    Weights encoder = w.at("encoder");
    T x = // [b, t, d]
        f.linear(narrow, Linear.read(encoder.at("embedding_hidden_mapping_in"), width, s.d()));
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers(); i++) {
      Weights group =
          encoder.at("albert_layer_groups").at((int) (i / (s.layers() / (double) groups)));
      for (int j = 0; j < inner; j++) {
        boolean last = i == s.layers() - 1 && j == inner - 1;
        Queries<T> queries = last ? all.reading(in.selection()) : all;
        x = layer(f, s, group.at("albert_layers").at(j), x, queries, in);
      }
    }
    return x; // [b, q, d]
  }

  @Override
  public int layersPerWeights(HfConfig config) {
    return Math.max(1, config.size("num_hidden_layers", 1) / config.size("num_hidden_groups", 1));
  }

  private static <T> T layer(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> queries, Inputs<T> in) {
    Weights a = w.at("attention");
    T heads = BertStack.attention(f, s, a, x, queries, in); // [b, q, d]
    T mixed = f.linear(heads, Linear.read(a.at("dense"), s.d(), s.d()));
    T attended =
        f.layerNorm(
            f.add(queries.of(x), mixed), LayerNorm.read(a.at("LayerNorm"), s.d(), s.epsilon()));
    T inner = f.linear(attended, Linear.read(w.at("ffn"), s.d(), s.f())); // [b, q, f]
    T outer =
        f.linear(
            f.activation(inner, s.activation()), Linear.read(w.at("ffn_output"), s.f(), s.d()));
    LayerNorm norm = LayerNorm.read(w.at("full_layer_layer_norm"), s.d(), s.epsilon());
    return f.named(f.layerNorm(f.add(outer, attended), norm), w.path());
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    T dense = f.linear(first, Linear.read(w.at("albert").at("pooler"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("classifier"), d, labels));
  }

  /** As BERT's, but for the activation where the config does not name one, and for distances. */
  private static BertStack.Sizes sizes(HfConfig config) {
    return BertStack.Sizes.of(config.withDefault("hidden_act", "gelu_new")).withUnscaledDistances();
  }
}
