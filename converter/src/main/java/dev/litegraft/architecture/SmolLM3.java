package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * SmolLM3: Llama in which every fourth layer does not know its positions.
 *
 * <p>Source: {@code transformers/models/smollm3/modeling_smollm3.py}; NoPE, arXiv:2501.18795.
 */
final class SmolLM3 implements Decoder {
  @Override
  public String family() {
    return "SmolLM3";
  }

  @Override
  public String modelType() {
    return "smollm3";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "SmolLM3ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "SmolLM3ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "SmolLM3Model", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 128004);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), s.rope);
    T causal = f.mask(in.attended(), LayerTypes.full(config)); // [b, 1, t, t]
    T local = f.mask(in.attended(), s.window); // [b, 1, t, t]
    for (int i = 0; i < s.layers; i++) {
      T mask = s.slides.test(i) ? local : causal;
      Queries<T> all = s.turns.test(i) ? Queries.all(f, mask, rope) : Queries.all(f, mask);
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, RmsNorm.read(w.at("norm"), s.d, s.epsilon)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, RmsNorm.read(w.at("input_layernorm"), s.d, s.epsilon)); // [b, t, d]
    T attended =
        f.add(queries.of(x), attention(f, s, w.at("self_attn"), normed, queries)); // [b, q, d]
    T again = f.rmsNorm(attended, RmsNorm.read(w.at("post_attention_layernorm"), s.d, s.epsilon));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, s.mlpBias, s.activation).apply(f, again);
    return f.named(f.add(attended, fed), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("q_proj"), s.d, s.h * s.e, s.attentionBias),
            Linear.read(w.at("k_proj"), s.d, s.k * s.e, s.attentionBias),
            Linear.read(w.at("v_proj"), s.d, s.k * s.e, s.attentionBias));
    T query = queries.rotateQuery(f.splitHeads(qkv.get(0), s.h)); // [b, h, q, e]
    T key = queries.rotateKey(f.splitHeads(qkv.get(1), s.k)); // [b, k, t, e]
    T value = f.splitHeads(qkv.get(2), s.k); // [b, k, t, e]
    T mixed = queries.attend(query, key, value, queries.scores(1 / Math.sqrt(s.e))); // [b, h, q, e]
    return f.linear(
        f.mergeHeads(mixed), Linear.read(w.at("o_proj"), s.h * s.e, s.d, s.attentionBias));
  }

  /** Everything that the config says, under the letters of the shapes. */
  private record Sizes(
      int v,
      int d,
      int layers,
      int h,
      int k,
      int e,
      int f,
      double epsilon,
      Activation activation,
      boolean attentionBias,
      boolean mlpBias,
      RotaryEmbedding rope,
      IntPredicate turns,
      IntPredicate slides,
      Span window) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int layers = c.size("num_hidden_layers");
      int h = c.size("num_attention_heads");
      int e = c.size("head_dim", d / h);
      IntPredicate turns = turns(c, layers);
      boolean windows = c.flag("use_sliding_window", false) && c.has("sliding_window");
      return new Sizes(
          c.size("vocab_size"),
          d,
          layers,
          h,
          c.size("num_key_value_heads", 4, h),
          e,
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-6),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          c.flag("attention_bias", false),
          c.flag("mlp_bias", false),
          RotaryEmbedding.of(c, c.number("rope_theta", 2e6), e),
          turns,
          LayerTypes.sliding(c, layers, i -> windows && !turns.test(i)),
          LayerTypes.window(c));
    }

    /** {@code no_rope_layers} has 1 for a layer that turns and 0 for one that does not. */
    private static IntPredicate turns(HfConfig c, int layers) {
      List<Double> turning = c.numbers("no_rope_layers");
      int interval = c.size("no_rope_layer_interval", 4);
      if (turning.isEmpty()) {
        return i -> (i + 1) % interval != 0;
      }
      if (turning.size() < layers) {
        throw new InvalidCheckpointException(
            "no_rope_layers names "
                + turning.size()
                + " layers, where num_hidden_layers is "
                + layers,
            c.where() + ", no_rope_layers",
            "compare both keys with the model's original config.json");
      }
      return i -> turning.get(i) != 0;
    }
  }
}
