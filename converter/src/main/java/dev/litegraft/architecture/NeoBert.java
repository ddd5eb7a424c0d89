package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * NeoBERT: an encoder of Llama's layers, in which neighbouring numbers of a head turn as pairs. Of
 * it there is code of its own alone.
 *
 * <p>Source: {@code model.py} of chandar-lab/NeoBERT; arXiv:2502.19587.
 */
final class NeoBert implements Encoder {
  private static final double THETA = 10_000;

  @Override
  public String family() {
    return "NeoBERT";
  }

  @Override
  public Evidence checkedAgainst(Task task) {
    return Evidence.TEXTBOOK;
  }

  @Override
  public String modelType() {
    return "neobert";
  }

  @Override
  public String tokenizerClass() {
    return "BertTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withEpsilon("norm_eps")
        .withPositions("max_length")
        .withActivations()
        .withInitializerRange("classifier_init_range");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("classifier"), List.of("dense"))
        .withAttention("transformer_encoder", "qkv.query", "qkv.key", "qkv.value")
        .withFused("qkv")
        .withTables("encoder", Optional.empty(), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "NeoBERTForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "NeoBERTModel", Task.EMBEDDING);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  /** The code has other names for two classes; of the one that fills in words the head is left. */
  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    if (!modelType().equals(config.value("model_type"))) {
      return Optional.empty();
    }
    OwnCode own =
        OwnCode.of(config)
            .require("ngpt", false)
            .require("rope", true)
            .require("rms_norm", true)
            .require("hidden_act", "swiglu")
            .without("kwargs", "base_scale", "flash_attention", "dim_head", "decoder_init_range");
    boolean classifies =
        config.texts("architectures").stream().anyMatch(classes().keySet()::contains);
    return Optional.of(
        new CustomCode(
            (classifies ? own : own.with("architectures", List.of("NeoBERTModel"))).config(),
            tensors -> tensors,
            "the folder has code of its own (NeoBERT), which was recognised; check it against"
                + " recorded answers with --expected"));
  }

  @Override
  public String backbone() {
    return "model";
  }

  @Override
  public List<String> wordTables() {
    return List.of("model.encoder", "encoder");
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 0);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return config.size("max_length", 1024);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T words = f.embedding(in.ids(), Embedding.read(w.at("encoder"), s.v, s.d)); // [b, t, d]
    T mask = f.mask(in.attended(), Span.BIDIRECTIONAL);
    Queries<T> all =
        Queries.all(f, mask, f.rope(f.positions(in.ids()), RotaryEmbedding.plain(THETA, s.e())));
    T x =
        new LayerStack<>(f, w.at("transformer_encoder"), s.layers, in)
            .apply(
                words,
                all,
                layer ->
                    new Block.PreNorm(
                        s.norm(layer.at("attention_norm")),
                        attention(s, layer),
                        s.norm(layer.at("ffn_norm")),
                        mlp(s, layer.at("ffn"))));
    return s.norm(w.at("layer_norm")).apply(f, x); // [b, q, d]
  }

  private static SelfAttention attention(Sizes s, Weights w) {
    Weights fused = w.at("qkv");
    return SelfAttention.ofFused(
            Linear.readWithoutBias(fused, s.d, 3 * s.d),
            fused,
            s::rowsOf,
            Linear.readWithoutBias(w.at("wo"), s.d, s.d),
            s.h)
        .turningNeighbours(s.e());
  }

  private static GatedMlp mlp(Sizes s, Weights w) {
    Linear both = Linear.readWithoutBias(w.at("w12"), s.d, 2 * s.f);
    return new GatedMlp(
        both.rows(w.at("w12").at("gate").path(), 0, s.f),
        both.rows(w.at("w12").at("up").path(), s.f, s.f),
        Linear.readWithoutBias(w.at("w3"), s.f, s.d),
        Activation.SILU);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    T dense = f.activation(f.linear(first, Linear.read(w.at("dense"), d, d)), Activation.TANH);
    return f.linear(dense, Linear.read(w.at("classifier"), d, labels));
  }

  /** What the config says, under the letters of the shapes. */
  private record Sizes(int v, int d, int layers, int h, int f, double epsilon) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size", 768);
      int h = c.size("num_attention_heads", 12);
      BertStack.requireHeads(c, d, h);
      return new Sizes(
          c.size("vocab_size", 30522),
          d,
          c.size("num_hidden_layers", 28),
          h,
          gated(c.size("intermediate_size", 3072)),
          c.number("norm_eps", 1e-6));
    }

    /** With a gate the width is two thirds of what the config says, in eights. */
    private static int gated(int width) {
      return (2 * width / 3 + 7) / 8 * 8;
    }

    int e() {
      return d / h;
    }

    /** Of each head the rows of its queries, its keys and its values follow each other. */
    int[] rowsOf(int part) {
      int e = e();
      return IntStream.range(0, d).map(i -> (i / e * 3 + part) * e + i % e).toArray();
    }

    RmsNorm norm(Weights w) {
      return RmsNorm.read(w, d, epsilon);
    }
  }
}
