package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Qwen2 and Qwen2.5: Llama with biases on the query, key and value projections, whose upper layers
 * may see only a window.
 *
 * <p>Source: {@code transformers/models/qwen2/modeling_qwen2.py}; Qwen2, arXiv:2407.10671.
 */
final class Qwen2 implements Decoder {
  @Override
  public String family() {
    return "Qwen2";
  }

  @Override
  public String modelType() {
    return "qwen2";
  }

  /** Of texts alone all axes of the positions are the same, and turn as one. */
  @Override
  public Set<String> textParts() {
    return Set.of("qwen2_vl_text", "qwen2_5_vl_text", "qwen2_vl", "qwen2_5_vl");
  }

  @Override
  public String tokenizerClass() {
    return "Qwen2Tokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Qwen2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Qwen2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Qwen2Model", Task.EMBEDDING);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    boolean bothWays =
        modelType().equals(config.value("model_type"))
            && OwnCode.isNamed(config, "modeling_qwen.Qwen2Model");
    return bothWays
        ? Optional.of(
            BothWays.code(config, "modeling_qwen, of gte-Qwen2 and stella", modelType(), "Qwen2"))
        : Optional.empty();
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), RotaryEmbedding.of(config, s.e));
    Queries<T> full = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    Queries<T> local = Queries.all(f, f.mask(in.attended(), s.window), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> all = s.slides.test(i) ? local : full;
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
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation).apply(f, again);
    return f.named(f.add(attended, fed), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("q_proj"), s.d, s.h * s.e),
            Linear.read(w.at("k_proj"), s.d, s.k * s.e),
            Linear.read(w.at("v_proj"), s.d, s.k * s.e));
    T query = queries.rotateQuery(f.splitHeads(qkv.get(0), s.h)); // [b, h, q, e]
    T key = queries.rotateKey(f.splitHeads(qkv.get(1), s.k)); // [b, k, t, e]
    T value = f.splitHeads(qkv.get(2), s.k); // [b, k, t, e]
    T mixed = queries.attend(query, key, value, queries.scores(1 / Math.sqrt(s.e))); // [b, h, q, e]
    return f.linear(f.mergeHeads(mixed), Linear.readWithoutBias(w.at("o_proj"), s.h * s.e, s.d));
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
      IntPredicate slides,
      Span window) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      int layers = c.size("num_hidden_layers");
      return new Sizes(
          c.size("vocab_size"),
          d,
          layers,
          h,
          c.size("num_key_value_heads", 32, h),
          c.size("head_dim", d / h),
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-6),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          QwenWindows.sliding(c, layers),
          LayerTypes.window(c, 4096));
    }
  }
}
