package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Scores;
import dev.litegraft.layer.Span;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Longformer: RoBERTa whose tokens see a window of the text and, in the sequence classifier, the
 * first token, which sees all of it through projections of its own. Computed in full, with what is
 * outside of the window hidden.
 *
 * <p>Source: {@code transformers/models/longformer/modeling_longformer.py}; arXiv:2004.05150.
 */
final class Longformer implements Encoder {
  /** Added to the score of a token that is not seen: its weight is exactly 0, in fp16 too. */
  private static final double HIDDEN = -3e4;

  @Override
  public String family() {
    return "Longformer";
  }

  @Override
  public String modelType() {
    return "longformer";
  }

  @Override
  public String tokenizerClass() {
    return "RobertaTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER.withDenseHead();
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "LongformerForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "LongformerForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "LongformerModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "longformer";
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return BertStack.Sizes.types(config);
  }

  /** The first rows of the table of positions are never used. */
  @Override
  public int maxTokens(HfConfig config) {
    return Roberta.maxTokens(config, 1);
  }

  /** The class looks at the question's tokens globally, which it finds by the separators. */
  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config);
    List<Integer> windows = windows(config, s.layers());
    boolean global = in.task() == Task.SEQUENCE_CLASSIFICATION;
    T positions = Roberta.positions(f, in.ids(), config.integer("pad_token_id", 1));
    T x = BertStack.embeddings(f, s, w.at("embeddings"), in, positions, s.d()); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    Queries<T> first = all.reading(Optional.of(f.firstToken(in.ids())));
    Map<Integer, T> biases = new HashMap<>();
    for (int i = 0; i < s.layers(); i++) {
      T bias = biases.computeIfAbsent(windows.get(i) / 2, r -> bias(f, in.ids(), r, global));
      Weights layer = w.at("encoder").at("layer").at(i);
      Weights self = layer.at("attention").at("self");
      T mixed = local(f, s, self, x, all, bias); // [b, t, d]
      if (global) {
        T ofFirst = f.spread(global(f, s, self, x, first)); // [b, 1 or t, d]
        T isFirst = isFirst(f, in.ids()); // [b, t, 1]
        mixed = f.add(mixed, f.multiply(isFirst, f.add(ofFirst, f.scale(mixed, -1))));
      } else {
        leaveGlobal(s, self);
      }
      x = BertStack.afterAttention(f, s, layer, x, mixed);
    }
    return in.selection().isPresent() ? f.pick(in.selection().get(), x) : x; // [b, q, d]
  }

  private static List<Integer> windows(HfConfig config, int layers) {
    List<Integer> windows =
        config.has("attention_window") && config.value("attention_window") instanceof List<?>
            ? config.numbers("attention_window").stream().map(Double::intValue).toList()
            : Collections.nCopies(layers, config.size("attention_window", 512));
    if (windows.size() != layers || windows.stream().anyMatch(n -> n < 2 || n % 2 != 0)) {
      throw new InvalidCheckpointException(
          "attention_window is "
              + windows
              + ", where an even number for each of "
              + layers
              + " layers is needed",
          config.where() + ", attention_window",
          "compare the key with the model's original config.json");
    }
    return windows;
  }

  /** 1 for the first token, 0 for the others: [b, t, 1]. */
  private static <T> T isFirst(Layers<T> f, T ids) {
    return f.column(f.activation(f.affine(f.positions(ids), -1, 1), Activation.RELU));
  }

  /**
   * {@link #HIDDEN} for keys further away than {@code reach}, 0 for others, and for the first token
   * where all see it: [b, 1, t, t].
   */
  private static <T> T bias(Layers<T> f, T ids, int reach, boolean seesFirst) {
    T ahead = PairDistances.of(f, ids); // [b, 1, t, t]
    T behind = f.activation(f.affine(ahead, -1, -reach), Activation.RELU);
    T before = f.activation(f.affine(ahead, 1, -reach), Activation.RELU);
    T outside = PairDistances.atMostOne(f, f.add(behind, before));
    if (seesFirst) {
      T other = f.splitHeads(f.affine(isFirst(f, ids), -1, 1), 1); // [b, 1, t, 1]
      T ones = f.affine(other, 0, 1);
      outside = f.multiply(outside, f.matMul(ones, other, true));
    }
    return f.scale(outside, HIDDEN);
  }

  private static <T> T local(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> all, T bias) {
    List<T> qkv = all.project(x, read(s, w, "query"), read(s, w, "key"), read(s, w, "value"));
    return attended(f, s, qkv, all, all.scores(1 / Math.sqrt(s.e())).withBias(bias));
  }

  private static <T> T global(Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> first) {
    List<T> qkv =
        first.project(
            x, read(s, w, "query_global"), read(s, w, "key_global"), read(s, w, "value_global"));
    return attended(f, s, qkv, first, first.scores(1 / Math.sqrt(s.e())));
  }

  private static <T> T attended(
      Layers<T> f, BertStack.Sizes s, List<T> qkv, Queries<T> queries, Scores<T> scores) {
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, q, e]
    T key = f.splitHeads(qkv.get(1), s.h()); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h()); // [b, h, t, e]
    return f.mergeHeads(queries.attend(query, key, value, scores)); // [b, q, d]
  }

  private static Linear read(BertStack.Sizes s, Weights w, String name) {
    return Linear.read(w.at(name), s.d(), s.d());
  }

  /** No token is global where nobody says which. */
  private static void leaveGlobal(BertStack.Sizes s, Weights w) {
    for (String name : List.of("query_global", "key_global", "value_global")) {
      Heads.unread(w.at(name), "weight", s.d(), s.d());
      Heads.unread(w.at(name), "bias", s.d());
    }
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    return Heads.ofTwoLayers(f, w.at("classifier"), first, width(config), labels, Activation.TANH);
  }
}
