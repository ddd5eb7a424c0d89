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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * GPT-2, and what has its shape: DistilGPT2, KoGPT2. Positions are counted over padding too.
 *
 * <p>Source: {@code transformers/models/gpt2/modeling_gpt2.py}.
 */
final class Gpt2 implements TabledPositions {
  @Override
  public String family() {
    return "GPT-2";
  }

  @Override
  public String modelType() {
    return "gpt2";
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
        .withActivations("activation_function")
        .withOtherSizes("n_ctx");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER
        .withHead(List.of("score", "classifier"), List.of())
        .withAttention("attn", "c_attn.q", "c_attn.k", "c_attn.v")
        .withFused("c_attn")
        .withTables("wte", Optional.of("wpe"), Optional.empty())
        .withTransposed("c_attn", "c_proj", "c_fc", "q_attn");
  }

  @Override
  public List<Factor> factors() {
    return List.of(
        new Factor("scale_attn_weights", true),
        new Factor("scale_attn_by_inverse_layer_idx", false));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GPT2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GPT2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GPT2Model", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "transformer";
  }

  @Override
  public String tokenHead() {
    return "classifier";
  }

  @Override
  public int width(HfConfig config) {
    return config.size("n_embd", 768);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return config.size("n_positions", 1024);
  }

  /** Positions count from the first token of the row, padding or not. */
  @Override
  public boolean allowsLeftPadding(HfConfig config) {
    return false;
  }

  @Override
  public boolean readsTypesAsWords() {
    return true;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    Embedding table = Embedding.read(w.at("wte"), s.v, s.d);
    T words = f.embedding(in.ids(), table); // [b, t, d]
    T places = f.embedding(f.positions(in.ids()), Embedding.read(w.at("wpe"), s.p, s.d));
    T placed = f.add(words, places);
    // Types, where a tokenizer gives them, are the words 0 and 1.
    T x = in.tokenTypes().map(types -> f.add(placed, f.embedding(types, table))).orElse(placed);
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)));
    LayerStack<T> stack = new LayerStack<>(f, w.at("h"), s.layers, in);
    T last = stack.apply(x, i -> all, (i, layer) -> block(s, i, layer));
    return s.norm(w.at("ln_f")).apply(f, last); // [b, q, d]
  }

  private static Block block(Sizes s, int i, Weights w) {
    Weights mlp = w.at("mlp");
    return new Block.PreNorm(
        s.norm(w.at("ln_1")),
        attention(s, w.at("attn")).withScale(s.scale(i)),
        s.norm(w.at("ln_2")),
        new Mlp(
            Linear.readConv1D(mlp.at("c_fc"), s.d, s.f),
            Linear.readConv1D(mlp.at("c_proj"), s.f, s.d),
            s.activation));
  }

  private static SelfAttention attention(Sizes s, Weights w) {
    Linear fused = Linear.readConv1D(w.at("c_attn"), s.d, 3 * s.d); // stored as [d, 3·d]
    return new SelfAttention(
        fused.rows(w.at("c_attn").at("q").path(), 0, s.d),
        fused.rows(w.at("c_attn").at("k").path(), s.d, s.d),
        fused.rows(w.at("c_attn").at("v").path(), 2 * s.d, s.d),
        Linear.readConv1D(w.at("c_proj"), s.d, s.d),
        s.h,
        s.h);
  }

  /** Everything that the config says, under the letters of the shapes; p is positions. */
  private record Sizes(
      int v,
      int p,
      int d,
      int layers,
      int h,
      int f,
      double epsilon,
      Activation activation,
      boolean scaled,
      boolean scaledByLayer) {
    static Sizes of(HfConfig c) {
      int d = c.size("n_embd", 768);
      if (c.flag("add_cross_attention", false)) {
        throw new InvalidCheckpointException(
            "add_cross_attention is true, and there is no encoder to attend to",
            c.where() + ", add_cross_attention",
            "convert a GPT-2 that was fine-tuned alone; encoder-decoder models are not supported");
      }
      int h = c.size("n_head", 12);
      BertStack.requireHeads(c, d, h);
      return new Sizes(
          c.size("vocab_size"),
          c.size("n_positions", 1024),
          d,
          c.size("n_layer", 12),
          h,
          c.size("n_inner", 4 * d),
          c.number("layer_norm_epsilon", 1e-5),
          Activation.of(
              c.text("activation_function", "gelu_new"), c.where() + ", activation_function"),
          c.flag("scale_attn_weights", true),
          c.flag("scale_attn_by_inverse_layer_idx", false));
    }

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon);
    }

    /** The factor of the scores in layer {@code i}. */
    double scale(int i) {
      double scale = scaled ? 1 / Math.sqrt((double) d / h) : 1;
      return scaledByLayer ? scale / (i + 1) : scale;
    }
  }
}
