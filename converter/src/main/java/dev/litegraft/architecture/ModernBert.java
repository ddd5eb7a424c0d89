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
import dev.litegraft.layer.Pooled;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ModernBERT: rotary positions, layers that see all tokens between layers that see a window, gated
 * feed-forward.
 *
 * <p>Source: {@code transformers/models/modernbert/modeling_modernbert.py}.
 */
final class ModernBert implements Architecture {
  private static final String BACKBONE = "model";

  @Override
  public String family() {
    return "ModernBERT";
  }

  @Override
  public String modelType() {
    return "modernbert";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("norm_eps").withActivations("hidden_activation");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("classifier"), List.of("head.dense"))
        .withAttention("attn", "Wqkv.query", "Wqkv.key", "Wqkv.value")
        .withFused("Wqkv")
        .withTables("tok_embeddings", Optional.empty(), Optional.empty());
  }

  @Override
  public HeadInitializer headInitializer() {
    return HeadInitializer.TRUNCATED;
  }

  @Override
  public Optional<MaskedHead> maskedHead(HfConfig config) {
    return Optional.of(
        new MaskedHead(
            "head.dense",
            "head.norm",
            "decoder",
            List.of("decoder.bias"),
            Activation.of(
                config.text("classifier_activation", "gelu"),
                config.where() + ", classifier_activation"),
            config.number("norm_eps", 1e-5)));
  }

  @Override
  public List<String> wordTables() {
    String table = "embeddings." + moduleNames().words();
    return List.of(BACKBONE + "." + table, table);
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "ModernBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "ModernBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "ModernBertModel", Task.EMBEDDING);
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Weights bare = w.at(BACKBONE).isEmpty() ? w : w.at(BACKBONE);
    return switch (in.task()) {
      case SEQUENCE_CLASSIFICATION -> logits(f, config, w, pooled(f, config, w.at(BACKBONE), in));
      case TOKEN_CLASSIFICATION -> logits(f, config, w, hidden(f, config, w.at(BACKBONE), in));
      case QUESTION_ANSWERING -> headed(f, config, w, hidden(f, config, bare, in));
      default -> hidden(f, config, bare, in);
    };
  }

  @Override
  public boolean answersQuestions() {
    return true;
  }

  @Override
  public String spanHead() {
    return "classifier";
  }

  @Override
  public Pooling pooling(HfConfig config) {
    String pooling = config.text("classifier_pooling", "cls");
    return switch (pooling) {
      case "cls" -> Pooling.CLS;
      case "mean" -> Pooling.MEAN;
      default ->
          throw new InvalidCheckpointException(
              "classifier_pooling is \"" + pooling + "\", where \"cls\" or \"mean\" is known",
              config.where() + ", classifier_pooling",
              "compare the key with the model's original config.json");
    };
  }

  @Override
  public boolean readsBeyond(HfConfig config) {
    return !RotaryEmbedding.dependsOnLength(config);
  }

  @Override
  public boolean readsTheLength(HfConfig config) {
    return RotaryEmbedding.dependsOnLength(config);
  }

  /** One vector a text, [b, 1, d]. */
  private <T> T pooled(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    return Pooled.apply(pooling(config), f, in, read -> hidden(f, config, w, read));
  }

  /** The prediction head, of one vector or of every token's: [b, q, d]. */
  private static <T> T headed(Layers<T> f, HfConfig config, Weights w, T x) {
    ModernBertSizes s = ModernBertSizes.of(config);
    String name = config.text("classifier_activation", "gelu");
    Activation activation = Activation.of(name, config.where() + ", classifier_activation");
    boolean bias = config.flag("classifier_bias", false);
    T dense = f.linear(x, Linear.read(w.at("head").at("dense"), s.d(), s.d(), bias)); // [b, q, d]
    return norm(f, s, w.at("head").at("norm"), f.activation(dense, activation));
  }

  /** Behind the prediction head, the classifier: [b, q, labels]. */
  private static <T> T logits(Layers<T> f, HfConfig config, Weights w, T x) {
    int d = ModernBertSizes.of(config).d();
    return f.linear(
        headed(f, config, w, x), Linear.read(w.at("classifier"), d, Labels.of(config).count()));
  }

  /** The last hidden states after the final norm: [b, q, d]. */
  private static <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    ModernBertSizes s = ModernBertSizes.of(config);
    Weights e = w.at("embeddings");
    T word = f.embedding(in.ids(), Embedding.read(e.at("tok_embeddings"), s.v(), s.d()));
    T x = f.named(norm(f, s, e.at("norm"), word), e.path()); // [b, t, d]
    T positions = f.positions(in.ids());
    T everything = f.mask(in.attended(), Span.BIDIRECTIONAL); // [b, 1, 1, t]
    T window = f.mask(in.attended(), s.window()); // [b, 1, t, t]
    Queries<T> far = Queries.all(f, everything, f.rope(positions, s.farRope()));
    Queries<T> near = Queries.all(f, window, f.rope(positions, s.nearRope()));
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> all = s.isNear().test(i) ? near : far;
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      Weights layer = w.at("layers").at(i);
      T normed = i == 0 ? x : norm(f, s, layer.at("attn_norm"), x); // [b, t, d]
      T attended =
          f.add(queries.of(x), attention(f, s, layer.at("attn"), normed, queries)); // [b, q, d]
      T fed = feedForward(f, s, layer.at("mlp"), norm(f, s, layer.at("mlp_norm"), attended));
      x = f.named(f.add(attended, fed), layer.path());
    }
    return norm(f, s, w.at("final_norm"), x);
  }

  private static <T> T attention(
      Layers<T> f, ModernBertSizes s, Weights w, T x, Queries<T> queries) {
    Linear fused = Linear.read(w.at("Wqkv"), s.d(), 3 * s.d(), s.attentionBias()); // [Q…, K…, V…]
    List<T> qkv =
        queries.project(
            x,
            fused.rows(fused.name() + ".query", 0, s.d()),
            fused.rows(fused.name() + ".key", s.d(), s.d()),
            fused.rows(fused.name() + ".value", 2 * s.d(), s.d()));
    T query = queries.rotateQuery(f.splitHeads(qkv.get(0), s.h())); // [b, h, q, e]
    T key = queries.rotateKey(f.splitHeads(qkv.get(1), s.h())); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h()); // [b, h, t, e]
    double scale = 1 / Math.sqrt(s.e());
    T mixed = queries.attend(query, key, value, queries.scores(scale)); // [b, h, q, e]
    return f.linear(f.mergeHeads(mixed), Linear.read(w.at("Wo"), s.d(), s.d(), s.attentionBias()));
  }

  private static <T> T feedForward(Layers<T> f, ModernBertSizes s, Weights w, T x) {
    Linear fused = Linear.read(w.at("Wi"), s.d(), 2 * s.f(), s.mlpBias()); // [input…, gate…]
    T input = f.linear(x, fused.rows(fused.name() + ".input", 0, s.f())); // [b, q, f]
    T gate = f.linear(x, fused.rows(fused.name() + ".gate", s.f(), s.f())); // [b, q, f]
    T gated = f.multiply(f.activation(input, s.activation()), gate);
    return f.linear(gated, Linear.read(w.at("Wo"), s.f(), s.d(), s.mlpBias()));
  }

  private static <T> T norm(Layers<T> f, ModernBertSizes s, Weights w, T x) {
    return f.layerNorm(
        x,
        s.normBias()
            ? LayerNorm.read(w, s.d(), s.epsilon())
            : LayerNorm.readWithoutBias(w, s.d(), s.epsilon()));
  }
}
