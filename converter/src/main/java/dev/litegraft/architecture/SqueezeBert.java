package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;

/**
 * SqueezeBERT: BERT whose linear layers are in groups, which are convolutions over one token.
 *
 * <p>Source: {@code transformers/models/squeezebert/modeling_squeezebert.py}; arXiv:2006.11316.
 */
final class SqueezeBert implements Encoder {
  /** Of the norms in layers, whatever the config says. */
  private static final double EPSILON = 1e-12;

  @Override
  public String family() {
    return "SqueezeBERT";
  }

  @Override
  public String modelType() {
    return "squeezebert";
  }

  @Override
  public String tokenizerClass() {
    return "BertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withHead(List.of("classifier"), List.of("transformer.pooler.dense"));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "SqueezeBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "SqueezeBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "SqueezeBertModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "transformer";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    int width = config.size("embedding_size", 768);
    if (width != s.d()) {
      throw new InvalidCheckpointException(
          "embedding_size is " + width + ", where hidden_size is " + s.d(),
          config.where() + ", embedding_size",
          "compare both keys with the model's original config.json; they must be the same");
    }
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, f.positions(in.ids()), s.d());
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      x = layer(f, config, s, w.at("encoder").at("layers").at(i), x, queries);
    }
    return x; // [b, q, d]
  }

  private static <T> T layer(
      Layers<T> f, HfConfig c, BertStack.Sizes s, Weights w, T x, Queries<T> queries) {
    Weights a = w.at("attention");
    SelfAttention attention =
        new SelfAttention(
            grouped(c, a.at("query"), s.d(), s.d(), "q_groups", 4),
            grouped(c, a.at("key"), s.d(), s.d(), "k_groups", 4),
            grouped(c, a.at("value"), s.d(), s.d(), "v_groups", 4),
            grouped(
                c, w.at("post_attention").at("conv1d"), s.d(), s.d(), "post_attention_groups", 1),
            s.h(),
            s.h());
    T mixed = attention.apply(f, x, queries); // [b, q, d]
    T attended =
        f.layerNorm(f.add(mixed, queries.of(x)), norm(s, w.at("post_attention").at("layernorm")));
    Mlp mlp =
        new Mlp(
            grouped(c, w.at("intermediate").at("conv1d"), s.d(), s.f(), "intermediate_groups", 4),
            grouped(c, w.at("output").at("conv1d"), s.f(), s.d(), "output_groups", 4),
            s.activation());
    T fed = f.add(mlp.apply(f, attended), attended);
    return f.named(f.layerNorm(fed, norm(s, w.at("output").at("layernorm"))), w.path());
  }

  private static Linear grouped(HfConfig c, Weights w, int in, int out, String key, int absent) {
    return GroupedLinear.readConvolution(w, in, out, c.size(key, absent), c);
  }

  private static LayerNorm norm(BertStack.Sizes s, Weights w) {
    return LayerNorm.read(w, s.d(), EPSILON);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofPooler(f, w, "transformer", first, width(config), labels);
  }
}
