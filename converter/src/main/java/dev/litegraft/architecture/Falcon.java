package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Alibi;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Scores;
import dev.litegraft.tensor.BFloat16;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Falcon: queries, keys and values in one matrix, in one of three orders; attention and
 * feed-forward side by side or one after the other; rotary positions, or ALiBi.
 *
 * <p>With ALiBi the original's eager attention adds it to the scores twice, and the attention that
 * transformers takes by default once, as here.
 *
 * <p>Source: {@code transformers/models/falcon/modeling_falcon.py}; arXiv:2311.16867.
 */
final class Falcon implements Decoder {
  @Override
  public String family() {
    return "Falcon";
  }

  @Override
  public String modelType() {
    return "falcon";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withFeedForward("ffn_hidden_size")
        .withSharedHeads("num_kv_heads")
        .withEpsilon("layer_norm_epsilon")
        .withActivations("activation");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER
        .withHead(List.of("score", "classifier"), List.of())
        .withAttention(
            "self_attention",
            "query_key_value.query",
            "query_key_value.key",
            "query_key_value.value")
        .withFused("query_key_value")
        .withTables("word_embeddings", Optional.empty(), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "FalconForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "FalconForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "FalconModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "transformer";
  }

  @Override
  public String tokenHead() {
    return "classifier";
  }

  /** ALiBi reads texts of any length. */
  @Override
  public int maxTokens(HfConfig config) {
    return config.flag("alibi", false)
        ? Integer.MAX_VALUE
        : Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 2048));
  }

  @Override
  public boolean readsTheLength(HfConfig config) {
    return !config.flag("alibi", false) && Decoder.super.readsTheLength(config);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    FalconSizes s = FalconSizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v(), s.d())); // [b, t, d]
    T mask = f.mask(in.attended(), LayerTypes.full(config)); // [b, 1, t, t]
    Optional<T> bias = // [b, h, 1, t]; the original makes it of bfloat16 numbers
        s.rope().isEmpty()
            ? Optional.of(
                Alibi.ofKeys(f, in.ids(), in.attended(), s.h(), "alibi", Falcon::asBfloat16))
            : Optional.empty();
    Queries<T> all =
        s.rope()
            .map(r -> Queries.all(f, mask, f.rope(f.positions(in.ids()), r)))
            .orElseGet(() -> Queries.all(f, mask));
    T last =
        new LayerStack<>(f, w.at("h"), s.layers(), in)
            .apply(x, all, (own, y, queries) -> layer(f, s, own, y, queries, bias));
    return s.norm(w.at("ln_f")).apply(f, last); // [b, q, d]
  }

  private static double asBfloat16(double x) {
    return BFloat16.toFloat(BFloat16.of((float) x));
  }

  private static <T> T layer(
      Layers<T> f, FalconSizes s, Weights w, T x, Queries<T> queries, Optional<T> bias) {
    Weights first = w.at(s.twoNorms() ? "ln_attn" : "input_layernorm");
    T normed = f.layerNorm(x, s.norm(first)); // [b, t, d]
    T mixed = attention(f, s, w.at("self_attention"), normed, queries, bias); // [b, q, d]
    T attended = f.add(queries.of(x), mixed);
    T read =
        s.twoNorms()
            ? f.layerNorm(queries.of(x), s.norm(w.at("ln_mlp")))
            : s.parallel()
                ? queries.of(normed)
                : f.layerNorm(attended, s.norm(w.at("post_attention_layernorm")));
    Mlp mlp =
        Mlp.read(
            w.at("mlp"), "dense_h_to_4h", "dense_4h_to_h", s.d(), s.f(), s.bias(), s.activation());
    return f.add(attended, mlp.apply(f, read));
  }

  private static <T> T attention(
      Layers<T> f, FalconSizes s, Weights w, T x, Queries<T> queries, Optional<T> bias) {
    Weights at = w.at("query_key_value");
    Linear fused = Linear.read(at, s.d(), (s.h() + 2 * s.k()) * s.e(), s.bias());
    SelfAttention a =
        new SelfAttention(
            fused.rows(at.at("query").path(), s.rowsOfQueries()),
            fused.rows(at.at("key").path(), s.rowsBehindQueries(0)),
            fused.rows(at.at("value").path(), s.rowsBehindQueries(1)),
            Linear.read(w.at("dense"), s.d(), s.d(), s.bias()),
            s.h(),
            s.k());
    Scores<T> scores = a.scores(queries);
    Scores<T> biased = bias.map(b -> scores.withBias(f.scale(b, a.scale()))).orElse(scores);
    return a.apply(f, x, queries, biased);
  }
}
