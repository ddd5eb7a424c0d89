package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * OPT: learned positions that count attended tokens, from row 2 of their table on, and in the 350M
 * model embeddings narrower than the layers and norms behind each half of a layer.
 *
 * <p>Source: {@code transformers/models/opt/modeling_opt.py}; arXiv:2205.01068.
 */
final class Opt implements TabledPositions {
  /** Rows of the position table before the first token's; padding takes the last of them. */
  private static final int OFFSET = 2;

  /** torch.nn.LayerNorm's own: OPT does not set it. */
  private static final double EPSILON = 1e-5;

  @Override
  public String family() {
    return "OPT";
  }

  @Override
  public String modelType() {
    return "opt";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withFeedForward("ffn_dim")
        .withEpsilon()
        .withActivations("activation_function")
        .withInitializerRange("init_std");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER.withTables(
        "embed_tokens", Optional.of("embed_positions"), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "OPTForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "OPTModel", Task.EMBEDDING);
  }

  @Override
  public int width(HfConfig config) {
    return config.size("word_embed_proj_dim", config.size("hidden_size"));
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 1);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings");
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights model, Inputs<T> in) {
    Sizes s = Sizes.of(config, width(config));
    Weights w = model.at("decoder");
    T words = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.w)); // [b, t, w]
    T wide = s.w == s.d ? words : f.linear(words, project(w.at("project_in"), s.w, s.d));
    T placed = f.add(wide, positions(f, s, w.at("embed_positions"), in.attended())); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)));
    T x =
        new LayerStack<>(f, w.at("layers"), s.layers, in)
            .apply(placed, all, layer -> block(s, layer));
    T last = s.finalNorm ? s.norm(w.at("final_layer_norm")).apply(f, x) : x; // [b, q, d]
    return s.w == s.d ? last : f.linear(last, project(w.at("project_out"), s.d, s.w)); // [b, q, w]
  }

  private static <T> T positions(Layers<T> f, Sizes s, Weights w, T attended) {
    T counted = f.multiply(f.runningSum(attended), attended); // 1, 2 … for tokens, 0 for padding
    return f.embedding(f.affine(counted, 1, OFFSET - 1), Embedding.read(w, s.p + OFFSET, s.d));
  }

  private static Block block(Sizes s, Weights w) {
    LayerNorm first = s.norm(w.at("self_attn_layer_norm"));
    LayerNorm second = s.norm(w.at("final_layer_norm"));
    SelfAttention attention = attention(s, w.at("self_attn"));
    Mlp mlp = Mlp.read(w, "fc1", "fc2", s.d, s.f, s.bias, s.activation);
    return s.normBefore
        ? new Block.PreNorm(first, attention, second, mlp)
        : new Block.NormedSums(attention, first, mlp, second);
  }

  private static SelfAttention attention(Sizes s, Weights w) {
    return new SelfAttention(
        Linear.read(w.at("q_proj"), s.d, s.d, s.bias),
        Linear.read(w.at("k_proj"), s.d, s.d, s.bias),
        Linear.read(w.at("v_proj"), s.d, s.d, s.bias),
        Linear.read(w.at("out_proj"), s.d, s.d, s.bias),
        s.h,
        s.h);
  }

  private static Linear project(Weights w, int from, int to) {
    return Linear.readWithoutBias(w, from, to);
  }

  /**
   * Everything that the config says, under the letters of the shapes; p is positions, w the width
   * of the embeddings.
   */
  private record Sizes(
      int v,
      int p,
      int w,
      int d,
      int layers,
      int h,
      int f,
      Activation activation,
      boolean bias,
      boolean normBefore,
      boolean finalNorm,
      boolean affine) {
    static Sizes of(HfConfig c, int embeddingWidth) {
      boolean normBefore = c.flag("do_layer_norm_before", true);
      boolean removed = c.flag("_remove_final_layer_norm", false);
      BertStack.requireHeads(c, c.size("hidden_size"), c.size("num_attention_heads"));
      return new Sizes(
          c.size("vocab_size"),
          c.size("max_position_embeddings"),
          embeddingWidth,
          c.size("hidden_size"),
          c.size("num_hidden_layers"),
          c.size("num_attention_heads"),
          c.size("ffn_dim"),
          Activation.of(c.text("activation_function", "relu"), c.where() + ", activation_function"),
          c.flag("enable_bias", true),
          normBefore,
          normBefore && !removed,
          c.flag("layer_norm_elementwise_affine", true));
    }

    LayerNorm norm(Weights at) {
      return affine
          ? LayerNorm.read(at, d, EPSILON)
          : LayerNorm.withoutWeights(at.path(), d, EPSILON);
    }
  }
}
