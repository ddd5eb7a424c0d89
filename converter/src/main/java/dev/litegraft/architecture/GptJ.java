package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.Optional;

/**
 * GPT-J: attention and feed-forward read the same normalised x; neighbouring numbers at the
 * beginning of each head turn as pairs.
 *
 * <p>Source: {@code transformers/models/gptj/modeling_gptj.py}.
 */
final class GptJ implements TabledPositions {
  @Override
  public String family() {
    return "GPT-J";
  }

  @Override
  public String modelType() {
    return "gptj";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withSizes("n_embd", "n_head", "n_layer")
        .withFeedForward("n_inner")
        .withPositions("n_positions")
        .withEpsilon("layer_norm_epsilon")
        .withActivations("activation_function");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER
        .withAttention("attn", "q_proj", "k_proj", "v_proj")
        .withTables("wte", Optional.empty(), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GPTJForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GPTJModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "transformer";
  }

  @Override
  public int width(HfConfig config) {
    return config.size("n_embd", 4096);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return config.size("n_positions", 2048);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T words = f.embedding(in.ids(), Embedding.read(w.at("wte"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), RotaryEmbedding.plain(10000, s.turned));
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    T x =
        new LayerStack<>(f, w.at("h"), s.layers, in)
            .apply(
                words,
                all,
                layer ->
                    new Block.Parallel(
                        LayerNorm.read(layer.at("ln_1"), s.d, s.epsilon),
                        attention(s, layer.at("attn")),
                        Mlp.read(
                            layer.at("mlp"), "fc_in", "fc_out", s.d, s.f, true, s.activation)));
    return LayerNorm.read(w.at("ln_f"), s.d, s.epsilon).apply(f, x); // [b, q, d]
  }

  private static SelfAttention attention(Sizes s, Weights w) {
    return new SelfAttention(
            Linear.readWithoutBias(w.at("q_proj"), s.d, s.d),
            Linear.readWithoutBias(w.at("k_proj"), s.d, s.d),
            Linear.readWithoutBias(w.at("v_proj"), s.d, s.d),
            Linear.readWithoutBias(w.at("out_proj"), s.d, s.d),
            s.h,
            s.h)
        .turningNeighbours(s.turned);
  }

  /** Everything that the config says, under the letters of the shapes. */
  private record Sizes(
      int v, int d, int layers, int h, int f, int turned, double epsilon, Activation activation) {
    static Sizes of(HfConfig c) {
      int d = c.size("n_embd", 4096);
      int h = c.size("n_head", 16);
      BertStack.requireHeads(c, d, h);
      int turned = c.size("rotary_dim", 64, d); // null takes the width of the model
      if (turned > d / h || turned % 2 != 0) {
        throw new InvalidCheckpointException(
            "rotary_dim is "
                + turned
                + ", where an even number up to the head width "
                + d / h
                + " is needed",
            c.where() + ", rotary_dim",
            "compare the key with the model's original config.json");
      }
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("n_layer", 28),
          h,
          c.size("n_inner", 4 * d),
          turned,
          c.number("layer_norm_epsilon", 1e-5),
          Activation.of(
              c.text("activation_function", "gelu_new"), c.where() + ", activation_function"));
    }
  }
}
