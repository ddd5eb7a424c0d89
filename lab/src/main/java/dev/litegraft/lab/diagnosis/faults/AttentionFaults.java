package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.layer.Span;
import dev.litegraft.model.Model;
import java.util.ArrayList;
import java.util.List;

/** Scores, masks, windows and positions: who sees whom, and how sharply. */
final class AttentionFaults implements Hypotheses.Source {
  private static final String WINDOW = "use the window of config.json, in the layers that have it";

  /** Keys of a window's width in tokens. */
  private static final List<String> WIDTHS = List.of("sliding_window", "local_attention");

  /** Keys that say which layers have the window: each so many. */
  private static final List<String> EVERY =
      List.of("global_attn_every_n_layers", "sliding_window_pattern");

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    scale(all, own.config(), Names.of(own));
    masks(all);
    windows(all, own.config());
    sharedHeads(all, Names.of(own));
    all.paddingWiring(
        "padding_side",
        "positions as the family counts them",
        "positions counted over attended tokens",
        Rewirings.positionsOfAttended(),
        "pad on the side that the checkpoint was trained with, or count positions as the original"
            + " does");
  }

  /** Where config.json has a key for the scale, that key is the setting to name. */
  private static void scale(Hypotheses all, HfConfig config, Names names) {
    String advice = "multiply the scores by the family's scale, usually 1/sqrt(head width)";
    for (String key : List.of("query_pre_attn_scalar", "attention_multiplier")) {
      all.keyDial(config, key, 1e-4, 1e4, List.of(1.0), "use the factor of config.json");
    }
    if (config.has("query_pre_attn_scalar") || config.has("attention_multiplier")) {
      return;
    }
    int width = names.headWidth().orElse(1);
    int hidden = names.width().orElse(1);
    double own = 1 / Math.sqrt(width);
    List<Double> factors =
        new ArrayList<>(
            List.of(
                Math.sqrt(width),
                1 / Math.sqrt(width),
                Math.sqrt((double) width / hidden),
                0.5,
                2.0,
                Math.sqrt(2),
                Math.sqrt(0.5)));
    if (config.value("scale_attn_weights") != null) {
      factors.remove(0); // That switch is the setting to name.
    }
    all.add(
        new Dial(
            "attention_scale",
            1,
            1e-3,
            1e3,
            factors,
            factor ->
                new Hypothesis(
                    "attention_scale",
                    Hypotheses.number(own),
                    Hypotheses.number(own * factor),
                    v -> v.with(Rewirings.attentionScale(factor)),
                    advice)));
  }

  private static void masks(Hypotheses all) {
    all.paddingWiring(
        "causal_mask",
        "causal",
        "every token sees every token",
        Rewirings.span(span -> span.after() == 0 ? Span.BIDIRECTIONAL : span),
        "hide the keys behind a query");
    all.paddingWiring(
        "causal_mask",
        "every token sees every token",
        "causal",
        Rewirings.span(span -> span.after() == 0 ? span : Span.CAUSAL),
        "an encoder's tokens see each other: no causal mask");
    all.paddingWiring(
        "attention_mask",
        "hides padding",
        "is ignored",
        Rewirings.maskIgnored(),
        "add the attention mask to the scores");
  }

  private static void windows(Hypotheses all, HfConfig config) {
    for (String key : WIDTHS) {
      if (config.value(key) instanceof Number own && own.intValue() > 0) {
        if (key.equals("sliding_window")) {
          layers(all, config, own.intValue());
        }
        widths(all, config, key, own.intValue());
      }
    }
    for (String key : EVERY) {
      if (config.value(key) instanceof Number own) {
        everySoManyLayers(all, config, key, own.intValue());
      }
    }
    for (String key : WIDTHS) {
      if (config.value(key) instanceof Number own && own.intValue() > 0) {
        all.add(
            new Dial(
                key,
                own.doubleValue(),
                2,
                Model.USUAL_LENGTH,
                true,
                List.of(),
                window -> Hypotheses.keyed(config, key, (int) window, WINDOW)));
      }
    }
    if (config.value("local_attention") == null) {
      inEveryLayer(all, config);
    }
  }

  /** The window in no layer, in the others, in all. */
  private static void layers(Hypotheses all, HfConfig config, int own) {
    String key = "sliding_window";
    all.key(config, key, null, "hide the keys before the window");
    all.wiring(
        key,
        "in the layers that config.json names",
        "in the other layers",
        Rewirings.span(span -> span.before() == Span.ALL ? Span.causalWindow(own) : Span.CAUSAL),
        WINDOW);
    all.wiring(
        key,
        "in the layers that config.json names",
        "in all layers",
        Rewirings.span(span -> Span.causalWindow(own)),
        WINDOW);
  }

  private static void widths(Hypotheses all, HfConfig config, String key, int own) {
    for (int window : List.of(own / 2, own - 1, own + 1, own * 2, 16, 32, 64, 128, 1 << 20)) {
      if (window > 0 && window != own) {
        all.key(config, key, window, WINDOW);
      }
    }
  }

  private static void everySoManyLayers(Hypotheses all, HfConfig config, String key, int own) {
    for (int every = 1; every <= 6; every++) {
      if (every != own) {
        all.key(config, key, every, WINDOW);
      }
    }
  }

  /** A window where config.json may have none. */
  private static void inEveryLayer(Hypotheses all, HfConfig config) {
    String own = Hypotheses.text(config.value("sliding_window"));
    all.add(
        new Dial(
            "sliding_window",
            Model.USUAL_LENGTH,
            1,
            Model.USUAL_LENGTH,
            true,
            List.of(2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0),
            window ->
                new Hypothesis(
                    "sliding_window",
                    own,
                    Hypotheses.number(window),
                    v -> v.with(Rewirings.span(span -> windowed(span, (int) window))),
                    config.has("sliding_window") ? WINDOW : "this checkpoint has no such window")));
  }

  /** What sees all that is before it sees so many tokens only. */
  private static Span windowed(Span span, int window) {
    boolean causal = span.after() == 0 && span.before() == Span.ALL;
    return causal ? Span.causalWindow(window) : span;
  }

  private static void sharedHeads(Hypotheses all, Names names) {
    if (!names.sharedHeads().equals(names.heads())) {
      all.wiring(
          "qkv_row_order",
          "query head i reads key/value head i / (h/k)",
          "query head i reads key/value head i mod k",
          Rewirings.tiledHeads(),
          "repeat every key/value head h/k times in a row, do not tile them");
    }
  }
}
