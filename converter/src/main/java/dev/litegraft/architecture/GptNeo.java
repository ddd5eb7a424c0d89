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
import dev.litegraft.layer.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * GPT-Neo: GPT-2 whose layers see all of the text or only a window of it, by turns, and whose
 * scores are not scaled.
 *
 * <p>Source: {@code transformers/models/gpt_neo/modeling_gpt_neo.py}.
 */
final class GptNeo implements TabledPositions {
  @Override
  public String family() {
    return "GPT-Neo";
  }

  @Override
  public String modelType() {
    return "gpt_neo";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withSizes("hidden_size", "num_heads", "num_layers")
        .withEpsilon("layer_norm_epsilon")
        .withActivations("activation_function");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER
        .withHead(List.of("score", "classifier"), List.of())
        .withAttention("attn", "q_proj", "k_proj", "v_proj")
        .withTables("wte", Optional.of("wpe"), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GPTNeoForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GPTNeoForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GPTNeoModel", Task.EMBEDDING);
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
  public int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings", 2048);
  }

  /** Positions count from the first token of the row, padding or not. */
  @Override
  public boolean allowsLeftPadding(HfConfig config) {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config, maxTokens(config));
    T words = f.embedding(in.ids(), Embedding.read(w.at("wte"), s.v, s.d)); // [b, t, d]
    T places = f.embedding(f.positions(in.ids()), Embedding.read(w.at("wpe"), s.p, s.d));
    Queries<T> full = Queries.all(f, f.mask(in.attended(), Span.CAUSAL)); // whatever is_causal says
    Queries<T> local = Queries.all(f, f.mask(in.attended(), Span.causalWindow(s.window)));
    T x =
        new LayerStack<>(f, w.at("h"), s.layers, in)
            .apply(
                f.add(words, places),
                i -> s.isLocal.get(i) ? local : full,
                layer -> block(s, layer));
    return s.norm(w.at("ln_f")).apply(f, x); // [b, q, d]
  }

  private static Block block(Sizes s, Weights w) {
    return new Block.PreNorm(
        s.norm(w.at("ln_1")),
        attention(s, w.at("attn").at("attention")),
        s.norm(w.at("ln_2")),
        Mlp.read(w.at("mlp"), "c_fc", "c_proj", s.d, s.f, true, s.activation));
  }

  private static SelfAttention attention(Sizes s, Weights w) {
    return new SelfAttention(
            Linear.readWithoutBias(w.at("q_proj"), s.d, s.d),
            Linear.readWithoutBias(w.at("k_proj"), s.d, s.d),
            Linear.readWithoutBias(w.at("v_proj"), s.d, s.d),
            Linear.read(w.at("out_proj"), s.d, s.d),
            s.h,
            s.h)
        .withScale(1);
  }

  /** Everything that the config says, under the letters of the shapes; p is positions. */
  private record Sizes(
      int v,
      int p,
      int d,
      int layers,
      int h,
      int f,
      int window,
      List<Boolean> isLocal,
      double epsilon,
      Activation activation) {
    static Sizes of(HfConfig c, int positions) {
      int d = c.size("hidden_size");
      int h = c.size("num_heads", 16);
      int layers = c.size("num_layers", 24);
      BertStack.requireHeads(c, d, h);
      return new Sizes(
          c.size("vocab_size"),
          positions,
          d,
          layers,
          h,
          c.size("intermediate_size", 4 * d),
          c.size("window_size", 256),
          isLocal(c, layers),
          c.number("layer_norm_epsilon", 1e-5),
          Activation.of(
              c.text("activation_function", "gelu_new"), c.where() + ", activation_function"));
    }

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon);
    }

    /** {@code [[["global", "local"], 12]]}: the kinds of layers, and how often they repeat. */
    private static List<Boolean> isLocal(HfConfig c, int layers) {
      c.has("attention_types");
      c.has("attention_layers"); // made of the other
      Object types = c.value("attention_types");
      List<Boolean> all = new ArrayList<>();
      for (Object group :
          types == null
              ? List.of(List.of(List.of("global", "local"), 12))
              : types instanceof List<?> l ? l : List.of()) {
        if (group instanceof List<?> pair
            && pair.size() == 2
            && pair.get(0) instanceof List<?> kinds
            && pair.get(1) instanceof Number times) {
          for (int i = 0; i < times.intValue() && all.size() <= layers; i++) {
            kinds.forEach(kind -> all.add(kind.equals("local")));
          }
        }
      }
      if (all.size() != layers) {
        throw new InvalidCheckpointException(
            "attention_types names " + all.size() + " layers, where num_layers is " + layers,
            c.where() + ", attention_types",
            "compare both keys with the model's original config.json");
      }
      return List.copyOf(all);
    }
  }
}
