package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Embeddings, norms, activations, feed-forward layers, biases, and how many layers there are. */
final class LayerFaults implements Hypotheses.Source {
  private static final List<Double> CAPS = List.of(10.0, 30.0, 50.0);

  private static final List<String> ACTIVATIONS =
      List.of("silu", "gelu", "gelu_new", "quick_gelu", "relu", "relu2", "tanh", "sigmoid", "mish");

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    HfConfig config = own.config();
    Names names = Names.of(own);
    Modules modules = Modules.of(own);
    embedding(all, own, names);
    norms(all, names, modules);
    activation(all, names);
    layers(all, names);
    biases(all, names, modules);
    factors(all, config);
  }

  private static void embedding(Hypotheses all, VariantModel model, Names names) {
    HfConfig config = model.config();
    String table = "look positions and token types up as the original does";
    for (int shift : List.of(-2, -1, 1, 2)) {
      all.wiring(
          "position_offset",
          "as the family",
          (shift < 0 ? "" : "+") + shift,
          Rewirings.positionRows(shift, names.modules()::isPositions),
          table);
    }
    all.wiring(
        "position_offset",
        "as the family",
        "no position embeddings",
        Rewirings.withoutTable(names.modules()::isPositions),
        table);
    all.wiring(
        "token_types",
        "added to the embeddings",
        "left out",
        Rewirings.withoutTable(names.modules()::isTokenTypes),
        table);
    if (config.has("embedding_multiplier")) {
      return; // That key is the setting to name.
    }
    double root = Math.sqrt(names.width().orElse(1));
    double own = model.model().architecture().embeddingScale(config);
    all.add(
        new Dial(
            "embedding_scale",
            1,
            1e-3,
            1e3,
            List.of(root, 1 / root),
            factor ->
                new Hypothesis(
                    "embedding_scale",
                    Hypotheses.number(own),
                    Hypotheses.number(own * factor),
                    v -> v.with(Rewirings.embeddingScale(factor)),
                    "scale embeddings as the family does: by sqrt(d) in Gemma, not at all in"
                        + " Llama")));
  }

  private static void norms(Hypotheses all, Names names, Modules modules) {
    names
        .epsilon()
        .ifPresent(
            key ->
                all.keyDial(
                    names.config(),
                    key,
                    1e-13,
                    1,
                    List.of(1e-6, 1e-5, 1e-12, 1e-3, 1e-2, 1e-8),
                    "set the norms' epsilon to the checkpoint's value"));
    String advice =
        "norms multiply by the weight itself in Llama, Mistral and Qwen, and by 1 + weight in"
            + " Gemma";
    String own = "as the family";
    all.wiring("norm_weight_offset", own, "1 + weight more", Rewirings.normOffset(1), advice);
    all.wiring(
        "norm_weight_offset", own, "1 less than the family", Rewirings.normOffset(-1), advice);
    String kinds = "LayerNorm takes the mean away, RMSNorm does not: use the original's kind";
    all.wiring(
        "norm_kind",
        "root mean square",
        "the mean taken away first",
        Rewirings.normsAroundTheMean(),
        kinds);
    all.wiring(
        "norm_kind",
        "the mean taken away first",
        "root mean square",
        Rewirings.normsAroundZero(),
        kinds);
    if (modules.norms().stream().anyMatch(LayerFaults::isOfHeads)) {
      all.wiring(
          "qk_norm",
          "present",
          "missing",
          Rewirings.withoutNorms(LayerFaults::isOfHeads),
          "normalise queries and keys head by head before they are turned");
    }
    for (String kind : modules.norms()) {
      if (!isOfHeads(kind)) {
        all.wiring(
            "norm_missing",
            "present",
            kind + " left out",
            Rewirings.withoutNorms(name -> Names.kind(name).equals(kind)),
            "normalise where the original does");
      }
    }
  }

  private static boolean isOfHeads(String norm) {
    return norm.endsWith("q_norm") || norm.endsWith("k_norm");
  }

  private static void activation(Hypotheses all, Names names) {
    HfConfig config = names.config();
    for (String key : names.activations()) {
      String own = config.text(key);
      for (String other : ACTIVATIONS) {
        if (!other.equals(own)) {
          all.key(config, key, other, "use the activation that config.json names");
        }
      }
    }
    all.wiring(
        "gate_up_swapped",
        "activation(gate) · up",
        "gate · activation(up)",
        Rewirings.gateUpSwapped(names.modules()::isOfHead),
        "exchange gate_proj and up_proj");
  }

  private static void layers(Hypotheses all, Names names) {
    HfConfig config = names.config();
    names
        .layers()
        .ifPresent(
            key -> {
              int layers = config.integer(key);
              for (int fewer = layers - 1; fewer >= 1; fewer--) {
                if (layers <= 12 || layers - fewer <= 3 || fewer <= 2 || fewer % 6 == 0) {
                  int count = fewer;
                  all.change(
                      key,
                      Integer.toString(layers),
                      Integer.toString(count),
                      v -> v.with(withLayers(v.config(), key, count)),
                      "read all layers of the checkpoint");
                }
              }
            });
  }

  /** The kinds of layers are as many as there are layers. */
  private static HfConfig withLayers(HfConfig config, String key, int count) {
    HfConfig fewer = config.with(key, count);
    return config.value("layer_types") instanceof List<?> kinds && kinds.size() > count
        ? fewer.with("layer_types", kinds.subList(0, count))
        : fewer;
  }

  private static void biases(Hypotheses all, Names names, Modules modules) {
    HfConfig config = names.config();
    ModuleNames family = names.modules();
    Set<String> keys = new LinkedHashSet<>(List.of("attention_bias", "mlp_bias"));
    keys.removeIf(key -> !(config.value(key) instanceof Boolean on && on));
    keys.forEach(key -> all.key(config, key, false, "read the biases of these layers"));
    String advice = "read every bias of the checkpoint";
    if (modules.biased().isEmpty()) {
      return;
    }
    biasless(all, "no bias at all", name -> true, advice);
    if (!keys.contains("attention_bias")) {
      biasless(all, "no bias in attention", family::isInAttention, advice);
    }
    biasless(
        all,
        "no bias in the feed-forward layers",
        name -> !family.isInAttention(name) && !family.isOfHead(name),
        advice);
    biasless(all, "no bias in the head", family::isOfHead, advice);
    biasless(all, "no bias of queries, keys and values", family::isProjection, advice);
    for (String kind : modules.biased()) {
      biasless(all, "no bias in " + kind, name -> Names.kind(name).equals(kind), advice);
    }
    all.wiring(
        "bias_dropped", "present", "no bias in the norms", Rewirings.withoutNormBias(), advice);
  }

  private static void biasless(
      Hypotheses all, String other, java.util.function.Predicate<String> modules, String advice) {
    all.wiring("bias_dropped", "present", other, Rewirings.withoutBias(modules), advice);
  }

  /** Numbers that some families have. */
  private static void factors(Hypotheses all, HfConfig config) {
    for (String key : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      if (config.has(key)) {
        all.key(config, key, null, "cap the numbers as config.json says");
        all.keyDial(config, key, 1, 1000, CAPS, "use this cap");
      } else if (config.isNull(key)) {
        all.add(
            new Dial(
                key,
                50,
                1,
                1000,
                CAPS,
                value -> Hypotheses.keyed(config, key, value, "cap no numbers")));
      }
    }
    for (String key : List.of("embedding_multiplier", "residual_multiplier", "logits_scaling")) {
      all.keyDial(config, key, 1e-4, 1e4, List.of(1.0), "use the factor of config.json");
    }
  }
}
