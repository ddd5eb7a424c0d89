package dev.litegraft.lab.diagnosis;

import dev.litegraft.checkpoint.HfConfig;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Pooling;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an exporting tool may have got wrong with a given checkpoint: settings with another value,
 * and wirings that load without a word.
 */
final class Hypotheses {
  private static final List<String> ACTIVATIONS =
      List.of("silu", "gelu", "gelu_new", "quick_gelu", "relu", "relu2", "tanh", "sigmoid", "mish");

  private final Variant own;
  private final HfConfig config;
  private final List<Hypothesis> fixed = new ArrayList<>();
  private final List<Dial> dials = new ArrayList<>();

  private Hypotheses(Variant own) {
    this.own = own;
    this.config = own.config();
  }

  /** Everything worth trying for this checkpoint. */
  static Hypotheses of(Variant own) {
    Hypotheses all = new Hypotheses(own);
    all.rotary();
    all.norms();
    all.activation();
    all.layers();
    all.attention();
    all.windows();
    all.biases();
    all.pooling();
    all.embedding();
    all.caps();
    return all;
  }

  /** Those with one value each. */
  List<Hypothesis> fixed() {
    return fixed;
  }

  /** Those with a value to fit. */
  List<Dial> dials() {
    return dials;
  }

  private void rotary() {
    if (config.has("rope_theta") || config.has("rope_scaling")) {
      double theta = config.number("rope_theta", 10000);
      dials.add(
          new Dial(
              "rope_theta",
              theta,
              100,
              1e8,
              List.of(1e4, 1e5, 1e6, 5e5, 5e4),
              value ->
                  key(
                      "rope_theta",
                      theta,
                      value,
                      "set the rotary base to the checkpoint's value")));
      scaling();
      fixed.add(
          wiring(
              "rotary_pairing",
              "halves",
              "interleaved pairs",
              Rewirings.interleavedRotary(),
              "turn number i of a head with number i + e/2, not with its neighbour; or undo the permutation of q_proj and k_proj"));
      for (double part : List.of(0.25, 0.5, 0.75, 1.0)) {
        if (config.number("partial_rotary_factor", 1) != part) {
          fixed.add(
              key(
                  "partial_rotary_factor",
                  config.number("partial_rotary_factor", 1),
                  part,
                  "turn this part of every head"));
        }
      }
    }
  }

  private void scaling() {
    Object scaling = config.value("rope_scaling");
    String advice = "apply the rotary scaling that config.json describes";
    if (scaling != null) {
      fixed.add(
          new Hypothesis(
              "rope_scaling",
              text(scaling),
              "null",
              v -> v.with(v.config().with("rope_scaling", null)),
              advice));
    }
    dials.add(
        new Dial(
            "rope_scaling",
            1,
            1.05,
            64,
            List.of(2.0, 4.0, 8.0, 16.0, 32.0),
            factor -> {
              Map<String, Object> linear = Map.of("rope_type", "linear", "factor", factor);
              return new Hypothesis(
                  "rope_scaling",
                  text(scaling),
                  "{rope_type=linear, factor=" + number(factor) + "}",
                  v -> v.with(v.config().with("rope_scaling", linear)),
                  advice);
            }));
    if (scaling instanceof Map<?, ?> map && map.get("factor") instanceof Number own) {
      dials.add(
          new Dial(
              "rope_scaling",
              own.doubleValue(),
              1,
              64,
              List.of(2.0, 4.0, 8.0, 16.0, 32.0),
              factor ->
                  new Hypothesis(
                      "rope_scaling",
                      "factor " + number(own.doubleValue()),
                      "factor " + number(factor),
                      v -> v.with(v.config().with("rope_scaling", withFactor(map, factor))),
                      advice)));
    }
  }

  private static Map<String, Object> withFactor(Map<?, ?> scaling, double factor) {
    Map<String, Object> copy = new LinkedHashMap<>();
    scaling.forEach((key, value) -> copy.put(String.valueOf(key), value));
    copy.put("factor", factor);
    return copy;
  }

  private void norms() {
    Names.epsilon(config)
        .ifPresent(
            key -> {
              double epsilon = config.number(key);
              dials.add(
                  new Dial(
                      key,
                      epsilon,
                      1e-13,
                      1,
                      List.of(1e-6, 1e-5, 1e-12, 1e-3, 1e-2, 1e-8),
                      value ->
                          key(
                              key,
                              epsilon,
                              value,
                              "set the norms' epsilon to the checkpoint's value")));
            });
    String advice =
        "norms multiply by the weight itself in Llama, Mistral and Qwen, and by 1 + weight in Gemma";
    fixed.add(
        wiring(
            "norm_weight_offset",
            "as the family",
            "1 + weight more",
            Rewirings.normOffset(1),
            advice));
    fixed.add(
        wiring(
            "norm_weight_offset",
            "as the family",
            "1 less than the family",
            Rewirings.normOffset(-1),
            advice));
    fixed.add(
        wiring(
            "qk_norm",
            "present",
            "missing",
            Rewirings.withoutNorms(name -> name.endsWith("q_norm") || name.endsWith("k_norm")),
            "normalise queries and keys head by head before they are turned"));
  }

  private void activation() {
    Names.activation(config)
        .ifPresent(
            key -> {
              String own = config.text(key);
              for (String other : ACTIVATIONS) {
                if (!other.equals(own)) {
                  fixed.add(key(key, own, other, "use the activation that config.json names"));
                }
              }
            });
    fixed.add(
        wiring(
            "gate_up_swapped",
            "activation(gate) · up",
            "gate · activation(up)",
            Rewirings.gateUpSwapped(),
            "exchange gate_proj and up_proj"));
  }

  private void layers() {
    Names.layers(config)
        .ifPresent(
            key -> {
              int layers = config.integer(key);
              for (int fewer = layers - 1; fewer >= 1; fewer--) {
                if (layers - fewer <= 3 || fewer <= 2 || fewer * 2 == layers || fewer % 6 == 0) {
                  fixed.add(key(key, layers, fewer, "read all layers of the checkpoint"));
                }
              }
            });
  }

  private void attention() {
    attentionScale();
    fixed.add(
        padding(
            "causal_mask",
            "causal",
            "every token sees every token",
            Rewirings.span(span -> span.after() == 0 ? Span.BIDIRECTIONAL : span),
            "hide the keys behind a query"));
    fixed.add(
        padding(
            "causal_mask",
            "every token sees every token",
            "causal",
            Rewirings.span(span -> span.after() == 0 ? span : Span.CAUSAL),
            "an encoder's tokens see each other: no causal mask"));
    fixed.add(
        padding(
            "attention_mask",
            "hides padding",
            "is ignored",
            Rewirings.maskIgnored(),
            "add the attention mask to the scores"));
    String order = "read the fused projection in the order in which it was written";
    Map<String, Optional<QkvOrder>> orders = new LinkedHashMap<>();
    orders.put(
        "[Q, K, V] read as interleaved by key/value head",
        QkvOrder.readInterleaved(config, own.weights()));
    orders.put(
        "interleaved by key/value head read as [Q, K, V]",
        QkvOrder.writtenInterleaved(config, own.weights()));
    orders.put("keys and values exchanged", QkvOrder.keysAsValues(config, own.weights()));
    orders.put("queries and keys exchanged", QkvOrder.queriesAsKeys(config, own.weights()));
    orders.forEach(
        (file, weights) ->
            weights.ifPresent(
                w ->
                    fixed.add(
                        new Hypothesis(
                            "qkv_row_order", "[Q, K, V]", file, v -> v.with(w), order))));
    int heads = config.integer("num_attention_heads", 1);
    if (config.integer("num_key_value_heads", heads) != heads) {
      fixed.add(
          wiring(
              "qkv_row_order",
              "query head i reads key/value head i / (h/k)",
              "query head i reads key/value head i mod k",
              Rewirings.tiledHeads(),
              "repeat every key/value head h/k times in a row, do not tile them"));
    }
    fixed.add(
        padding(
            "padding_side",
            "positions as the family counts them",
            "positions counted over attended tokens",
            Rewirings.positionsOfAttended(),
            "pad on the side that the checkpoint was trained with, or count positions as the original does"));
  }

  /** Where config.json has a key for the scale, that key is the setting to name. */
  private void attentionScale() {
    if (config.has("query_pre_attn_scalar") || config.has("attention_multiplier")) {
      return;
    }
    double scale = scale();
    dials.add(
        new Dial(
            "attention_scale",
            1,
            1e-3,
            1e3,
            wellKnownScales(),
            factor ->
                wiring(
                    "attention_scale",
                    number(scale),
                    number(scale * factor),
                    Rewirings.attentionScale(factor),
                    "multiply the scores by the family's scale, usually 1/sqrt(head width)")));
  }

  /** What the family multiplies the scores by. */
  private double scale() {
    int heads = config.integer("num_attention_heads", 1);
    int hidden = config.integer("hidden_size", heads);
    return 1 / Math.sqrt(config.integer("head_dim", Math.max(1, hidden / heads)));
  }

  private List<Double> wellKnownScales() {
    int heads = config.integer("num_attention_heads", 1);
    int hidden = config.integer("hidden_size", heads);
    int width = config.integer("head_dim", Math.max(1, hidden / heads));
    return List.of(
        Math.sqrt(width),
        1 / Math.sqrt(width),
        Math.sqrt((double) width / hidden),
        0.5,
        2.0,
        Math.sqrt(2),
        Math.sqrt(0.5));
  }

  private void windows() {
    if (config.has("sliding_window")) {
      int own = config.integer("sliding_window");
      fixed.add(key("sliding_window", own, null, "hide the keys before the window"));
      for (int window : List.of(own / 2, own - 1, own + 1, own * 2)) {
        if (window > 0) {
          fixed.add(key("sliding_window", own, window, "use the window of config.json"));
        }
      }
    }
    for (int window : List.of(2, 4, 8, 16)) {
      fixed.add(
          wiring(
              "sliding_window",
              text(config.value("sliding_window")),
              Integer.toString(window),
              Rewirings.span(
                  span ->
                      span.after() == 0 && span.before() == Span.ALL
                          ? Span.causalWindow(window)
                          : span),
              "this checkpoint has no such window"));
    }
  }

  private void biases() {
    for (String key : List.of("attention_bias", "mlp_bias")) {
      if (config.flag(key, false)) {
        fixed.add(key(key, true, false, "read the biases of these layers"));
      }
    }
    String advice = "read every bias of the checkpoint";
    fixed.add(
        wiring(
            "bias_dropped",
            "present",
            "no bias at all",
            Rewirings.withoutBias(name -> true),
            advice));
    if (!config.flag("attention_bias", false)) {
      fixed.add(
          wiring(
              "bias_dropped",
              "present",
              "no bias in attention",
              Rewirings.withoutBias(Names::isAttention),
              advice));
    }
    fixed.add(
        wiring(
            "bias_dropped",
            "present",
            "no bias in the feed-forward layers",
            Rewirings.withoutBias(name -> !Names.isAttention(name) && !Names.isHead(name)),
            advice));
    fixed.add(
        wiring(
            "bias_dropped",
            "present",
            "no bias in the head",
            Rewirings.withoutBias(Names::isHead),
            advice));
  }

  private void pooling() {
    String advice =
        "read the token that the original reads: the last that is not the pad token in decoders";
    Map<String, Rewirings.Pool> others = new LinkedHashMap<>();
    others.put("last attended token", (f, in, x) -> f.pick(f.lastWhere(in.attended()), x));
    others.put(
        "very last token, padding or not",
        (f, in, x) -> f.pick(f.lastWhere(f.affine(in.attended(), 0, 1)), x));
    others.put("the token before the first pad token", this::beforeFirstPad);
    others.put("first token", (f, in, x) -> f.pick(f.firstToken(in.ids()), x));
    others.put("mean of the attended tokens", (f, in, x) -> f.pick(f.averaging(in.attended()), x));
    others.put(
        "mean of all tokens", (f, in, x) -> f.pick(f.averaging(f.affine(in.attended(), 0, 1)), x));
    others.put("largest of the attended tokens", (f, in, x) -> f.maxOverTokens(x, in.attended()));
    Pooling usual = own.architecture().pooling(config);
    others.forEach(
        (name, pool) ->
            fixed.add(padding("pooling", usual.id(), name, Rewirings.pooling(pool), advice)));
  }

  private Array beforeFirstPad(Layers<Array> f, Inputs<Array> in, Array x) {
    int tokens = in.ids().dim(1);
    int pad = config.integer("pad_token_id", -1);
    float[] weights = new float[in.ids().numbers().length];
    for (int b = 0; b < in.ids().dim(0); b++) {
      int first = 0;
      while (first < tokens && in.ids().numbers()[b * tokens + first] != pad) {
        first++;
      }
      // An index of -1 counts from the end, as in Python.
      weights[b * tokens + Math.floorMod(first - 1, tokens)] = 1;
    }
    return f.pick(Array.of(Shape.of(in.ids().dim(0), 1, tokens), weights), x);
  }

  private void embedding() {
    if (config.has("embedding_multiplier")) {
      return; // That key is the setting to name.
    }
    double root = Math.sqrt(config.integer("hidden_size", 1));
    double own = this.own.architecture().family().startsWith("Gemma") ? root : 1;
    dials.add(
        new Dial(
            "embedding_scale",
            1,
            1e-3,
            1e3,
            List.of(root, 1 / root),
            factor ->
                wiring(
                    "embedding_scale",
                    number(own),
                    number(own * factor),
                    Rewirings.embeddingScale(factor),
                    "scale embeddings as the family does: by sqrt(d) in Gemma, not at all in Llama")));
  }

  /** Numbers that some families have, with the value that switches each off. */
  private void caps() {
    for (String key : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      if (config.has(key)) {
        double own = config.number(key);
        fixed.add(key(key, own, null, "cap the numbers as config.json says"));
        dials.add(
            new Dial(
                key,
                own,
                1,
                1000,
                List.of(10.0, 30.0, 50.0),
                value -> key(key, own, value, "use this cap")));
      }
    }
    for (String key :
        List.of(
            "embedding_multiplier",
            "attention_multiplier",
            "residual_multiplier",
            "logits_scaling",
            "query_pre_attn_scalar")) {
      if (config.has(key)) {
        double own = config.number(key);
        dials.add(
            new Dial(
                key,
                own,
                1e-4,
                1e4,
                List.of(1.0),
                value -> key(key, own, value, "use the factor of config.json")));
      }
    }
  }

  private static Hypothesis key(String key, Object own, @Nullable Object other, String advice) {
    UnaryOperator<Variant> change = v -> v.with(v.config().with(key, other));
    return new Hypothesis(key, text(own), text(other), change, advice);
  }

  private static Hypothesis wiring(
      String setting, String own, String other, Variant.Rewiring rewiring, String advice) {
    return new Hypothesis(setting, own, other, v -> v.with(rewiring), advice);
  }

  /** A wiring under which padding behind a text can change the answer. */
  private static Hypothesis padding(
      String setting, String own, String other, Variant.Rewiring rewiring, String advice) {
    return new Hypothesis(setting, own, other, v -> v.with(rewiring).readingPadding(), advice);
  }

  private static String text(@Nullable Object value) {
    return value instanceof Double d ? number(d) : String.valueOf(value);
  }

  /** Five digits tell apart whatever can be fitted. */
  static String number(double value) {
    double rounded = new BigDecimal(value, new MathContext(5)).doubleValue();
    return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e15
        ? Long.toString((long) rounded)
        : Double.toString(rounded);
  }
}
