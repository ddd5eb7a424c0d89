package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * StableLM: Llama with LayerNorm, of whose heads a part turns; in the larger ones each head has a
 * norm of its own, or feed-forward reads what attention reads.
 *
 * <p>Source: {@code transformers/models/stablelm/modeling_stablelm.py}.
 */
final class StableLm implements Decoder {
  @Override
  public String family() {
    return "StableLM";
  }

  @Override
  public String modelType() {
    return "stablelm";
  }

  @Override
  public String tokenizerClass() {
    return "GPTNeoXTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "StableLmForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "StableLmForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "StableLmModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 4096));
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T words = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), s.rope);
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    T x =
        new LayerStack<>(f, w.at("layers"), s.layers, in)
            .apply(words, all, layer -> block(s, layer));
    return s.norm(w.at("norm")).apply(f, x); // [b, q, d]
  }

  private static Block block(Sizes s, Weights w) {
    SelfAttention plain =
        SelfAttention.read(w.at("self_attn"), s.d, s.h, s.k, s.e(), s.qkvBias, false);
    SelfAttention attention =
        s.normedHeads ? plain.withNorms(new OwnNorms(s, w.at("self_attn"))) : plain;
    GatedMlp mlp = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation);
    return s.parallel
        ? new SideBySide(s.norm(w.at("input_layernorm")), attention, mlp)
        : Block.PreNorm.read(w, s::norm, attention, mlp);
  }

  /** Both halves read the same normalised x, and are added to it one after the other. */
  private record SideBySide(Norm norm, Attention attention, FeedForward feedForward)
      implements Block {
    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      T normed = norm.apply(f, x); // [b, t, d]
      T attended = f.add(queries.of(x), attention.apply(f, normed, queries)); // [b, q, d]
      return f.add(attended, feedForward.apply(f, queries.of(normed)));
    }
  }

  /** Each head with a weight of its own. */
  private record OwnNorms(Sizes s, Weights w) implements HeadNorms {
    @Override
    public <T> T ofQueries(Layers<T> f, T x, int heads) {
      return normed(f, w.at("q_layernorm"), f.splitHeads(x, heads), heads);
    }

    @Override
    public <T> T ofKeys(Layers<T> f, T x, int heads) {
      return normed(f, w.at("k_layernorm"), f.splitHeads(x, heads), heads);
    }

    private <T> T normed(Layers<T> f, Weights module, T x, int heads) {
      List<TensorData> weights = new ArrayList<>();
      for (int i = 0; i < heads; i++) {
        weights.add(module.at("norms").at(i).tensor("weight", s.e()));
      }
      String name = module.at("norms").path() + ".weight";
      TensorData all =
          TensorViews.reshaped(
              TensorViews.concatenated(name, weights), Shape.of(1, heads, 1, s.e()));
      T plain = f.layerNorm(x, LayerNorm.withoutWeights(module.path(), s.e(), s.epsilon));
      return f.multiply(plain, f.parameter(all));
    }
  }

  /** Everything that the config says, under the letters of the shapes. */
  private record Sizes(
      int v,
      int d,
      int layers,
      int h,
      int k,
      int f,
      double epsilon,
      Activation activation,
      boolean qkvBias,
      boolean normedHeads,
      boolean parallel,
      RotaryEmbedding rope) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      BertStack.requireHeads(c, d, h);
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          c.size("num_key_value_heads", 32),
          c.size("intermediate_size"),
          c.number("layer_norm_eps", 1e-5),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          c.flag("use_qkv_bias", false),
          c.flag("qk_layernorm", false),
          c.flag("use_parallel_residual", false),
          RotaryEmbedding.ofEvenPart(c.withDefault("partial_rotary_factor", 0.25), d / h));
    }

    int e() {
      return d / h;
    }

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon);
    }
  }
}
