package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.Map;

/**
 * ConvBERT: beside half as many heads of attention a convolution over neighbouring tokens, whose
 * kernel each token makes for itself.
 *
 * <p>Convolutions read padding too, as the original's do: the answer depends on whether there is
 * any.
 *
 * <p>Source: {@code transformers/models/convbert/modeling_convbert.py}; arXiv:2008.02496.
 */
final class ConvBert implements Encoder {
  @Override
  public String family() {
    return "ConvBERT";
  }

  @Override
  public String modelType() {
    return "convbert";
  }

  @Override
  public String tokenizerClass() {
    return "ConvBertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withDenseHead();
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "ConvBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "ConvBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "ConvBertModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "convbert";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  /** What stands behind a text's last token is read, padding too. */
  @Override
  public boolean readsTheLength(HfConfig config) {
    return true;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    int width = config.size("embedding_size", 768);
    T positions = f.positions(in.ids()); // [b, t], padding counted
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, positions, width);
    if (width != s.d()) {
      x = f.linear(x, Linear.read(w.at("embeddings_project"), width, s.d())); // [b, t, d]
    }
    MixedAttention attention = MixedAttention.of(config, s);
    int groups = config.size("num_groups", 1);
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      Weights layer = w.at("encoder").at("layer").at(i);
      Weights a = layer.at("attention");
      T mixed = attention.apply(f, a.at("self"), x, positions, queries); // [b, q, d]
      T projected = f.linear(mixed, Linear.read(a.at("output").at("dense"), s.d(), s.d()));
      LayerNorm norm = LayerNorm.read(a.at("output").at("LayerNorm"), s.d(), s.epsilon());
      T attended = f.layerNorm(f.add(projected, queries.of(x)), norm);
      x = feedForward(f, config, s, layer, attended, groups);
    }
    return x; // [b, q, d]
  }

  private static <T> T feedForward(
      Layers<T> f, HfConfig config, BertStack.Sizes s, Weights w, T x, int groups) {
    Weights in = w.at("intermediate").at("dense");
    Weights out = w.at("output").at("dense");
    Mlp mlp =
        new Mlp(
            groups == 1
                ? Linear.read(in, s.d(), s.f())
                : GroupedLinear.readBlocks(in, s.d(), s.f(), groups, config),
            groups == 1
                ? Linear.read(out, s.f(), s.d())
                : GroupedLinear.readBlocks(out, s.f(), s.d(), groups, config),
            s.activation());
    LayerNorm norm = LayerNorm.read(w.at("output").at("LayerNorm"), s.d(), s.epsilon());
    return f.named(f.layerNorm(f.add(mlp.apply(f, x), x), norm), w.path());
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    Activation activation = BertStack.Sizes.activation(config, "gelu");
    return Heads.ofTwoLayers(f, w.at("classifier"), first, width(config), labels, activation);
  }
}
