package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleFunction;

/** Rotary positions: base, scaling, pairing, and the part of a head that turns. */
final class RotaryFaults implements Hypotheses.Source {
  private static final List<Double> BASES = List.of(1e4, 1e5, 1e6, 5e5, 5e4, 1.6e5);
  private static final List<Double> FACTORS = List.of(2.0, 4.0, 8.0, 16.0, 32.0);

  /** Of well-known models. */
  private static final List<Map<String, Object>> KNOWN_SCALINGS =
      List.of(llama3(8, 8192), llama3(32, 8192), yarn(2), yarn(4), yarn(8));

  private static Map<String, Object> llama3(double factor, int trained) {
    Map<String, Object> scaling = new LinkedHashMap<>();
    scaling.put("rope_type", "llama3");
    scaling.put("factor", factor);
    scaling.put("low_freq_factor", 1.0);
    scaling.put("high_freq_factor", 4.0);
    scaling.put("original_max_position_embeddings", trained);
    return scaling;
  }

  private static Map<String, Object> linear(double factor) {
    Map<String, Object> scaling = new LinkedHashMap<>();
    scaling.put("rope_type", "linear");
    scaling.put("factor", factor);
    return scaling;
  }

  private static Map<String, Object> yarn(double factor) {
    Map<String, Object> scaling = new LinkedHashMap<>();
    scaling.put("rope_type", "yarn");
    scaling.put("factor", factor);
    return scaling;
  }

  private static final String BASE = "set the rotary base to the checkpoint's value";
  private static final String SCALING = "apply the rotary scaling that config.json describes";

  /** Keys of models whose layers have several bases. */
  private static final List<String> BASES_BY_LAYER =
      List.of(
          "global_rope_theta",
          "local_rope_theta",
          "rope_local_base_freq",
          "rope_parameters.full_attention.rope_theta",
          "rope_parameters.sliding_attention.rope_theta");

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    HfConfig config = own.config();
    for (String key : BASES_BY_LAYER) {
      all.keyDial(config, key, 100, 1e8, BASES, BASE);
    }
    if (config.has("rope_theta") || config.has("rope_scaling")) {
      double theta = config.number("rope_theta", 10000);
      String key = spelled(config, "rope_theta", "rotary_emb_base");
      all.add(
          new Dial(
              key,
              theta,
              100,
              1e8,
              BASES,
              value ->
                  new Hypothesis(
                      key,
                      Hypotheses.number(theta),
                      Hypotheses.number(value),
                      v -> v.with(v.config().with("rope_theta", value)),
                      BASE)));
      scaling(all, config);
      partial(all, config);
    }
    boolean turns = config.has("rope_theta") || BASES_BY_LAYER.stream().anyMatch(config::has);
    if (turns) {
      String advice =
          "turn number i of a head with number i + e/2, not with its neighbour; permute the rows of"
              + " q_proj and k_proj only if the runtime turns neighbours, and only once";
      all.wiring(
          "rotary_pairing", "halves", "interleaved pairs", Rewirings.interleavedRotary(), advice);
      all.wiring(
          "rotary_pairing", "halves", "rows permuted twice", Rewirings.halvedTwice(), advice);
    }
  }

  /** The key by its usual name, where the config does not have the other spelling alone. */
  private static String spelled(HfConfig config, String usual, String other) {
    return config.value(usual) == null && config.value(other) != null ? other : usual;
  }

  private static void partial(Hypotheses all, HfConfig config) {
    double own = config.number("partial_rotary_factor", 1);
    String key = spelled(config, "partial_rotary_factor", "rotary_pct");
    for (double part : List.of(0.25, 0.4, 0.5, 0.75, 1.0)) {
      if (own != part) {
        all.change(
            key,
            Hypotheses.number(own),
            Hypotheses.number(part),
            v -> v.with(v.config().with("partial_rotary_factor", part)),
            "turn this part of every head");
      }
    }
  }

  private static void scaling(Hypotheses all, HfConfig config) {
    Object own = config.value("rope_scaling");
    Object parameters = config.value("rope_parameters");
    Map<?, ?> map =
        own instanceof Map<?, ?> m ? m : parameters instanceof Map<?, ?> p ? p : Map.of();
    if (config.at("rope_scaling").isPresent() && !type(map).equals("default")) {
      all.change(
          "rope_scaling",
          Hypotheses.text(map),
          "null",
          v -> v.with(v.config().with("rope_scaling", null)),
          SCALING);
      // Every number in it; the factor, which tools forget first, before the others.
      numbers(map).forEach((name, value) -> number(all, map, name, value));
    }
    String unscaled = map.isEmpty() ? "null" : Hypotheses.text(map);
    for (Map<String, Object> known : KNOWN_SCALINGS) {
      all.add(scaled(unscaled, Hypotheses.text(known), known));
    }
    if (map.isEmpty()) {
      int reach = config.integer("max_position_embeddings", 8192);
      for (int trained : new TreeSet<>(List.of(reach / 4, reach / 2, 8192))) {
        fitted(all, unscaled, factor -> llama3(factor, Math.max(1, trained)));
      }
      fitted(all, unscaled, RotaryFaults::yarn);
    }
    all.add(
        new Dial(
            "rope_scaling",
            1,
            1.05,
            64,
            FACTORS,
            factor -> scaled(unscaled, Hypotheses.text(linear(factor)), linear(factor))));
  }

  private static void fitted(
      Hypotheses all, String own, DoubleFunction<Map<String, Object>> scaling) {
    all.add(
        new Dial(
            "rope_scaling",
            1,
            1.05,
            64,
            List.of(),
            factor -> {
              Map<String, Object> other = scaling.apply(factor);
              return scaled(own, Hypotheses.text(other), other);
            }));
  }

  private static String type(Map<?, ?> scaling) {
    Object type = scaling.get("rope_type");
    return String.valueOf(type == null ? scaling.get("type") : type);
  }

  private static Map<String, Double> numbers(Map<?, ?> scaling) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    if (scaling.get("factor") instanceof Number factor) {
      numbers.put("factor", factor.doubleValue());
    }
    scaling.forEach(
        (name, value) -> {
          if (value instanceof Number number && !name.equals("rope_theta")) {
            numbers.putIfAbsent(String.valueOf(name), number.doubleValue());
          }
        });
    return numbers;
  }

  private static void number(Hypotheses all, Map<?, ?> scaling, String name, double own) {
    boolean whole = name.contains("max_position");
    all.add(
        new Dial(
            "rope_scaling",
            own,
            name.equals("factor") ? 1 : own / 64,
            Math.max(64, own * 64),
            name.equals("factor") ? FACTORS : List.of(own / 2, own * 2),
            value -> {
              Map<String, Object> copy = new LinkedHashMap<>();
              scaling.forEach((k, v) -> copy.put(String.valueOf(k), v));
              double used = whole ? Math.rint(value) : value;
              copy.put(name, used);
              return scaled(Hypotheses.text(scaling), Hypotheses.text(copy), copy);
            }));
  }

  private static Hypothesis scaled(String own, String other, Map<String, Object> scaling) {
    return new Hypothesis(
        "rope_scaling", own, other, v -> v.with(v.config().with("rope_scaling", scaling)), SCALING);
  }
}
