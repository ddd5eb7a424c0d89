package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.List;
import java.util.Map;

/**
 * Granite: Llama with factors on the embeddings, on the scores and on what a layer adds. Logits are
 * divided by {@code logits_scaling} in the language model alone.
 *
 * <p>transformers has no classifier of this family; those that people define take its generic
 * heads. Source: {@code transformers/models/granite/modeling_granite.py}.
 */
final class Granite implements Decoder {
  @Override
  public String family() {
    return "Granite";
  }

  @Override
  public Evidence checkedAgainst(Task task) {
    return switch (task) {
      case EMBEDDING -> Evidence.RECORDED;
      case SEQUENCE_CLASSIFICATION -> Evidence.EQUIVALENCE;
      default -> Evidence.SHARED_LAYERS;
    };
  }

  @Override
  public List<String> logitKeys() {
    return List.of("logits_scaling");
  }

  @Override
  public String modelType() {
    return "granite";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public double embeddingScale(HfConfig config) {
    return config.number("embedding_multiplier", 1);
  }

  @Override
  public List<Factor> factors() {
    return List.of(
        new Factor("embedding_multiplier", 1),
        new Factor("residual_multiplier", 1),
        new Factor("logits_scaling", 1));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GraniteForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GraniteForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GraniteModel", Task.EMBEDDING);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    config.has("logits_scaling"); // the language model's
    DecoderSizes s = DecoderSizes.of(config);
    boolean bias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    double scale = config.number("attention_multiplier", 1); // in the place of 1/sqrt(e)
    double added = config.number("residual_multiplier", 1);
    DecoderFrame<T> frame = s.frame(f, w, in);
    T x = f.scale(frame.words(), embeddingScale(config)); // [b, t, d]
    Queries<T> all = frame.turning(RotaryEmbedding.of(config, s.e()), LayerTypes.full(config));
    return frame.apply(
        x,
        i -> all,
        s.rmsNorm(w.at("norm")),
        layer ->
            Block.PreNorm.read(
                layer,
                s::rmsNorm,
                new ScaledAttention(
                    s.attention(layer.at("self_attn"), bias, bias).withScale(scale), added),
                new ScaledMlp(s.gatedMlp(layer.at("mlp"), mlpBias), added)));
  }

  /** Attention that counts {@code factor} times. */
  private record ScaledAttention(Attention attention, double factor) implements Attention {
    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      return f.scale(attention.apply(f, x, queries), factor);
    }
  }

  /** A feed-forward part that counts {@code factor} times. */
  private record ScaledMlp(FeedForward mlp, double factor) implements FeedForward {
    @Override
    public <T> T apply(Layers<T> f, T x) {
      return f.scale(mlp.apply(f, x), factor);
    }
  }
}
