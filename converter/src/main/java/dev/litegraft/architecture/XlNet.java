package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.RowTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * XLNet: scores of content, of distances in Transformer-XL's way and of whether two tokens are of
 * one segment, a text that is read at its very last token.
 *
 * <p>Source: {@code transformers/models/xlnet/modeling_xlnet.py}; arXiv:1906.08237.
 */
final class XlNet implements Architecture {
  private static final double HIDDEN = -3e4;

  @Override
  public String family() {
    return "XLNet";
  }

  @Override
  public String modelType() {
    return "xlnet";
  }

  @Override
  public String tokenizerClass() {
    return "XLNetTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withSizes("d_model", "n_head", "n_layer")
        .withFeedForward("d_inner")
        .withEpsilon("layer_norm_eps")
        .withActivations("ff_activation")
        .withOtherSizes("n_token");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("logits_proj", "classifier"), List.of("sequence_summary.summary"))
        .withAttention("rel_attn", "q", "k", "v")
        .withTables("word_embedding", Optional.empty(), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "XLNetForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "XLNetForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "XLNetModel", Task.EMBEDDING);
  }

  /** Two texts, the token that classifies, and padding. */
  @Override
  public int tokenTypes(HfConfig config) {
    return 4;
  }

  /** Only distances count. */
  @Override
  public int maxTokens(HfConfig config) {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean allowsLeftPadding(HfConfig config) {
    return true;
  }

  /** None: the very last token is read, whatever it is. */
  @Override
  public OptionalInt padToken(HfConfig config) {
    return OptionalInt.empty();
  }

  /** The other class for it searches beams. */
  @Override
  public Optional<String> spanClass() {
    return Optional.of("XLNetForQuestionAnsweringSimple");
  }

  @Override
  public Pooling pooling(HfConfig config) {
    return config.text("summary_type", "last").equals("first") ? Pooling.CLS : Pooling.LAST;
  }

  @Override
  public <T> T forward(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Weights below = w.at("transformer");
    T x = hidden(f, config, below.isEmpty() ? w : below, in); // [b, t, d]
    int d = width(config);
    return switch (in.task()) {
      case SEQUENCE_CLASSIFICATION -> classify(f, config, w, f.pick(read(f, config, in), x), d);
      case TOKEN_CLASSIFICATION ->
          f.linear(x, Linear.read(w.at("classifier"), d, Labels.of(config).count()));
      default -> in.selection().isPresent() ? f.pick(in.selection().get(), x) : x;
    };
  }

  /** The token that the classifier reads, a one-hot [b, 1, t]. */
  private static <T> T read(Layers<T> f, HfConfig config, Inputs<T> in) {
    String type = config.text("summary_type", "last");
    return switch (type) {
      case "first" -> f.firstToken(in.ids());
      case "last", "cls_index" -> f.lastWhere(f.affine(f.positions(in.ids()), 0, 1));
      default ->
          throw new InvalidCheckpointException(
              "summary_type is \"" + type + "\", where last, first and cls_index are supported",
              config.where() + ", summary_type",
              "train the model with the class's own setting, last");
    };
  }

  private static <T> T classify(Layers<T> f, HfConfig config, Weights w, T one, int d) {
    boolean projects = config.flag("summary_use_proj", true);
    T dense =
        projects ? f.linear(one, Linear.read(w.at("sequence_summary").at("summary"), d, d)) : one;
    T summary =
        config.isNull("summary_activation")
            ? dense
            : f.activation(
                dense,
                Activation.of(
                    config.text("summary_activation", "tanh"),
                    config.where() + ", summary_activation"));
    return f.linear(summary, Linear.read(w.at("logits_proj"), d, Labels.of(config).count()));
  }

  private static <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    XlNetSizes s = XlNetSizes.of(config);
    Heads.unread(w, "mask_emb", 1, 1, s.d());
    T x = f.embedding(in.ids(), Embedding.read(w.at("word_embedding"), s.v(), s.d()));
    T ahead = PairDistances.of(f, in.ids()); // [b, 1, t, t]
    Pairs<T> pairs =
        new Pairs<>(
            f.affine(f.relativePositions(in.ids()), 1, f.longest(in.ids())), // [b, 2t + 1]
            hidden(f, in, ahead),
            in.tokenTypes().map(types -> differs(f, types)));
    for (int i = 0; i < s.layers(); i++) {
      x = layer(f, s, w.at("layer").at(i), x, pairs, f.longest(in.ids()));
    }
    return x;
  }

  /** A query sees itself, padding too. */
  private static <T> T hidden(Layers<T> f, Inputs<T> in, T ahead) {
    T padding = f.splitHeads(f.column(f.affine(in.attended(), -1, 1)), 1); // [b, 1, t, 1]
    T isPadding = f.matMul(f.affine(padding, 0, 1), padding, true); // [b, 1, t, t], by key
    T isOther = PairDistances.atMostOne(f, f.multiply(ahead, ahead));
    return f.scale(f.multiply(isPadding, isOther), HIDDEN);
  }

  /** 1 for tokens of two types, 0 for those of one: [b, 1, t, t]. */
  private static <T> T differs(Layers<T> f, T types) {
    T type = f.column(f.affine(types, 1, 0)); // [b, t, 1]
    T ones = f.affine(type, 0, 1);
    T query = f.splitHeads(f.joined(List.of(type, ones)), 1); // [b, 1, t, 2]
    T key = f.splitHeads(f.joined(List.of(ones, f.scale(type, -1))), 1);
    T distance = f.matMul(query, key, true);
    return PairDistances.atMostOne(f, f.multiply(distance, distance));
  }

  private static <T> T layer(
      Layers<T> f, XlNetSizes s, Weights w, T x, Pairs<T> pairs, int longest) {
    Weights a = w.at("rel_attn");
    List<T> qkv = f.linears(x, List.of(s.into(a, "q"), s.into(a, "k"), s.into(a, "v")));
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, t, e]
    T key = f.splitHeads(qkv.get(1), s.h());
    T value = f.splitHeads(qkv.get(2), s.h());
    RowTable table =
        new RowTable(s.distances(longest), Optional.empty(), Optional.of(s.into(a, "r")));
    T rows = f.headRows(pairs.entries, List.of(table), s.h()); // [b, h, 2t + 1, e]
    T content = f.matMul(f.add(query, s.bias(f, a, "r_w_bias")), key, true); // [b, h, t, t]
    T near =
        f.relativeScores(
            Optional.of(f.add(query, s.bias(f, a, "r_r_bias"))), Optional.empty(), rows);
    T sum = f.add(content, near);
    T ofSegments = f.matMul(f.add(query, s.bias(f, a, "r_s_bias")), s.otherSegment(f, a), false);
    T scores = pairs.differs.map(p -> f.add(sum, f.multiply(p, ofSegments))).orElse(sum);
    T weights = f.softmax(f.add(f.scale(scores, 1 / Math.sqrt(s.e())), pairs.hidden));
    T mixed = f.linear(f.mergeHeads(f.matMul(weights, value, false)), s.outOf(a, "o"));
    T attended = f.layerNorm(f.add(mixed, x), s.norm(a.at("layer_norm")));
    Weights ff = w.at("ff");
    T fed =
        Mlp.read(ff, "layer_1", "layer_2", s.d(), s.f(), true, s.activation()).apply(f, attended);
    return f.named(f.layerNorm(f.add(fed, attended), s.norm(ff.at("layer_norm"))), w.path());
  }

  /**
   * What all layers know of two tokens.
   *
   * @param entries rows of the table of distances, [b, 2t + 1]
   * @param hidden is added to the scaled scores, [b, 1, t, t]
   * @param differs 1 for tokens of two segments, [b, 1, t, t]
   */
  private record Pairs<T>(T entries, T hidden, Optional<T> differs) {}
}
