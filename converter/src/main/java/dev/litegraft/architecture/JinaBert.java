package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.DistanceBias;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JinaBERT v2, of which there is code of its own alone: BERT whose scores fall with the distance
 * (ALiBi) instead of learned positions, and whose feed-forward part is gated. Two versions of the
 * code are in use; the later one normalises queries and keys.
 *
 * <p>Source: {@code modeling_bert.py} of jinaai/jina-bert-implementation and
 * jinaai/jina-bert-v2-qk-post-norm; arXiv:2310.19923; ALiBi, arXiv:2108.12409.
 */
final class JinaBert implements Encoder {
  private static final String TYPE = "jina_bert";

  @Override
  public String family() {
    return "JinaBERT";
  }

  @Override
  public Evidence checkedAgainst(Task task) {
    return Evidence.TEXTBOOK;
  }

  /** The folders say "bert"; this is what they are called here. */
  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public String tokenizerClass() {
    return "BertTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("classifier"), List.of("bert.pooler.dense"))
        .withTables("word_embeddings", Optional.empty(), Optional.of("token_type_embeddings"));
  }

  /** The gate's activation is that of {@code feed_forward_type}. */
  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps").withActivations();
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "JinaBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "JinaBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "JinaBertModel", Task.EMBEDDING);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    if (!"alibi".equals(config.value("position_embedding_type"))) {
      return Optional.empty();
    }
    HfConfig read =
        OwnCode.of(config)
            .with("model_type", TYPE)
            .withClass("Bert", "JinaBert")
            .withDefault("feed_forward_type", "original")
            .without("position_embedding_type", "emb_pooler", "attn_implementation")
            .config();
    return Optional.of(
        new CustomCode(
            read,
            tensors -> tensors,
            "the folder has code of its own (jina-bert), which was recognised; check it against"
                + " recorded answers with --expected"));
  }

  @Override
  public String backbone() {
    return "bert";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  /** The earlier code's names of the feed-forward part are those of the later one here. */
  @Override
  public Map<String, TensorData> tensors(Map<String, TensorData> stored) {
    return new StoredNames()
        .renaming("mlp\\.gated_layers", "mlp.gate_up_layer")
        .renaming("mlp\\.wo", "mlp.down_layer")
        .renaming("mlp\\.layernorm", "layer_norm_2")
        .renaming("attention\\.output\\.LayerNorm", "layer_norm_1")
        .apply(stored);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    T x = embeddings(f, s, w.at("embeddings"), in); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    Embedding slopes = Alibi.table(f.longest(in.ids()), s.h());
    T bias = DistanceBias.of(f, in.ids(), slopes, Math::abs); // [b, h, t, t]
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      Weights layer = w.at("encoder").at("layer").at(i);
      Weights a = layer.at("attention");
      T mixed = attention(f, s, a.at("self"), x, queries, bias); // [b, q, d]
      T projected = f.linear(mixed, Linear.read(a.at("output").at("dense"), s.d(), s.d()));
      T attended = norm(f, s, layer.at("layer_norm_1"), f.add(queries.of(x), projected));
      T fed = feedForward(f, config, s, layer.at("mlp"), attended);
      x = f.named(norm(f, s, layer.at("layer_norm_2"), f.add(attended, fed)), layer.path());
    }
    return x; // [b, q, d]
  }

  private static <T> T embeddings(Layers<T> f, BertStack.Sizes s, Weights w, Inputs<T> in) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v(), s.d()));
    Embedding types = Embedding.read(w.at("token_type_embeddings"), s.types(), s.d());
    T typed = f.add(word, BertStack.tokenTypes(f, in, types));
    return f.named(norm(f, s, w.at("LayerNorm"), typed), w.path());
  }

  private static <T> T attention(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> queries, T bias) {
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("query"), s.d(), s.d()),
            Linear.read(w.at("key"), s.d(), s.d()),
            Linear.read(w.at("value"), s.d(), s.d()));
    Weights ofQuery = w.at("layer_norm_q");
    Weights ofKey = w.at("layer_norm_k");
    T query = ofQuery.isEmpty() ? qkv.get(0) : norm(f, s, ofQuery, qkv.get(0)); // [b, q, d]
    T key = ofKey.isEmpty() ? qkv.get(1) : norm(f, s, ofKey, qkv.get(1)); // [b, t, d]
    T mixed =
        queries.attend(
            f.splitHeads(query, s.h()), // [b, h, q, e]
            f.splitHeads(key, s.h()), // [b, h, t, e]
            f.splitHeads(qkv.get(2), s.h()), // [b, h, t, e]
            queries.scores(1 / Math.sqrt(s.e())).withBias(bias));
    return f.mergeHeads(mixed); // [b, q, d]
  }

  /** The earlier code gates with its first half, the later one with its second. */
  private static <T> T feedForward(
      Layers<T> f, HfConfig config, BertStack.Sizes s, Weights w, T x) {
    Activation gate = gate(config);
    boolean first = !w.at("gate_up_layer").isEmpty();
    Weights module = w.at(first ? "gate_up_layer" : "up_gated_layer");
    Linear both = Linear.readWithoutBias(module, s.d(), 2 * s.f());
    T one = f.linear(x, both.rows(both.name() + ".first", 0, s.f())); // [b, q, f]
    T other = f.linear(x, both.rows(both.name() + ".second", s.f(), s.f())); // [b, q, f]
    T gated =
        first
            ? f.multiply(f.activation(one, gate), other)
            : f.multiply(one, f.activation(other, gate));
    return f.linear(gated, Linear.read(w.at("down_layer"), s.f(), s.d()));
  }

  private static Activation gate(HfConfig config) {
    String kind = config.text("feed_forward_type", "original");
    return switch (kind) {
      case "geglu" -> Activation.GELU;
      case "reglu" -> Activation.RELU;
      default ->
          throw new InvalidCheckpointException(
              "feed_forward_type is \"" + kind + "\", where \"geglu\" and \"reglu\" are known",
              config.where() + ", feed_forward_type",
              "use a model whose feed-forward part is gated");
    };
  }

  private static <T> T norm(Layers<T> f, BertStack.Sizes s, Weights w, T x) {
    return f.layerNorm(x, LayerNorm.read(w, s.d(), s.epsilon()));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    T dense = f.linear(first, Linear.read(w.at("bert").at("pooler").at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("classifier"), d, labels));
  }
}
