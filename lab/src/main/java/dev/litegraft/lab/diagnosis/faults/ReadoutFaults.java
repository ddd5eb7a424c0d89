package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.SentenceTransformer.Dense;
import dev.litegraft.checkpoint.SentenceTransformer.Step;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.facts.Task;
import dev.litegraft.lab.reference.Array;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.model.EmbeddingHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is made of the last hidden states: pooling, dense layers, their activations. */
public final class ReadoutFaults implements Hypotheses.Source {
  /** An id that is no token's: as good as any that stands in no text. */
  private static final Long NO_TOKEN = -1L;

  /** As re-authored models read it. */
  private static final String AT_COUNT = "the token at mask.sum() - 1";

  private static final String POOLING =
      "read the token that the original reads: the last that is not the pad token in decoders";

  /** Settings that go with another pooled token: one of them is named. */
  private static final Set<String> OF_POOLING =
      Set.of(
          "pooling",
          "classifier_pooling",
          "pad_token_id",
          "eos_token_id",
          "padding_side",
          "normalize");

  /** Whether a setting goes with another pooled token, so that naming one of them is enough. */
  public static boolean isOfPooling(String setting) {
    return OF_POOLING.contains(setting);
  }

  @Override
  public void addTo(Hypotheses all, VariantModel own) {
    if (own.task() == Task.EMBEDDING) {
      embeddings(all, own.head());
      return;
    }
    if (own.task() == Task.TOKEN_EMBEDDING) {
      normalized(all, own.head(), "scale the tokens' vectors as the checkpoint's modules say");
    }
    if (!own.task().labels()) {
      return;
    }
    HfConfig config = own.config();
    if (config.value("classifier_pooling") instanceof String pooling) {
      for (String other : List.of("cls", "bos", "mean", "late")) {
        if (!other.equals(pooling) && isKnown(own, other)) {
          all.key(config, "classifier_pooling", other, POOLING);
        }
      }
    }
    if (own.task() == Task.SEQUENCE_CLASSIFICATION) {
      pooling(all, own);
    }
    activations(all, own);
  }

  /** Whether the family has a pooling of this name. */
  private static boolean isKnown(VariantModel own, String pooling) {
    try {
      HfConfig other = own.config().with("classifier_pooling", pooling);
      return !own.model().architecture().pooling(other).id().isEmpty();
    } catch (LitegraftException e) {
      return false;
    }
  }

  private static void pooling(Hypotheses all, VariantModel own) {
    String usual = Pooling.id(own.model().poolings());
    pools(own)
        .forEach(
            (name, pool) ->
                all.paddingWiring(
                    "pooling", usual, name, Rewirings.pooling(pool, isOfHead(own)), POOLING));
    endTokens(all, own.config());
  }

  /** Encoder-decoders read the last end token: another special token may have been taken for it. */
  private static void endTokens(Hypotheses all, HfConfig config) {
    if (!Boolean.TRUE.equals(config.value("is_encoder_decoder"))
        || !(config.value("eos_token_id") instanceof Number end)) {
      return;
    }
    Stream.concat(
            Stream.of("pad_token_id", "bos_token_id", "decoder_start_token_id").map(config::value),
            Stream.of(NO_TOKEN))
        .filter(Number.class::isInstance)
        .distinct()
        .filter(other -> !other.equals(end))
        .forEach(
            other ->
                all.change(
                    "eos_token_id",
                    Hypotheses.text(end),
                    other.equals(NO_TOKEN) ? "a token that no text has" : Hypotheses.text(other),
                    v -> v.with(v.config().with("eos_token_id", other)).readingPadding(),
                    POOLING));
  }

  private static Predicate<String> isOfHead(VariantModel own) {
    return own.model().architecture().moduleNames()::isOfHead;
  }

  private static Map<String, Rewirings.Pool> pools(VariantModel own) {
    Map<String, Rewirings.Pool> others = new LinkedHashMap<>();
    others.put(AT_COUNT, ReadoutFaults::atCount);
    others.put("last attended token", (f, in, x) -> f.pick(f.lastWhere(in.attended()), x));
    others.put(
        "very last token, padding or not",
        (f, in, x) -> f.pick(f.lastWhere(f.affine(in.attended(), 0, 1)), x));
    own.model()
        .padding()
        .padToken()
        .ifPresent(
            pad ->
                others.put(
                    "the token before the first pad token",
                    (f, in, x) -> beforeFirstPad(f, in, x, pad)));
    others.put("first token", (f, in, x) -> f.pick(f.firstToken(in.ids()), x));
    others.put("mean of the attended tokens", (f, in, x) -> f.pick(f.averaging(in.attended()), x));
    others.put(
        "mean of all tokens", (f, in, x) -> f.pick(f.averaging(f.affine(in.attended(), 0, 1)), x));
    others.put("largest of the attended tokens", (f, in, x) -> f.maxOverTokens(x, in.attended()));
    return others;
  }

  /**
   * The token with the number of attended tokens, minus one: the last one of a text that begins
   * with the row, and another one where padding stands before it.
   */
  private static Array atCount(Layers<Array> f, Inputs<Array> in, Array x) {
    float[] positions = f.positions(in.ids()).numbers();
    float[] attended = in.attended().numbers();
    float[] flags = new float[positions.length];
    for (int begin = 0; begin < flags.length; ) {
      int end = begin + 1;
      float count = attended[begin];
      while (end < flags.length && positions[end] > 0) {
        count += attended[end++];
      }
      for (int i = begin; i < end; i++) {
        flags[i] = positions[i] < count ? 1 : 0;
      }
      begin = end;
    }
    return f.pick(f.lastWhere(Array.of(in.attended().shape(), flags)), x);
  }

  /** As older versions of transformers; without a token before it, index −1 is the last one. */
  private static Array beforeFirstPad(Layers<Array> f, Inputs<Array> in, Array x, int pad) {
    Array isPad = f.affine(f.differs(in.ids(), pad), -1, 1);
    Array before = f.affine(f.differs(f.runningSum(isPad), 0), -1, 1);
    Array none = f.affine(f.differs(f.runningSum(before), 0), -1, 1);
    return f.pick(f.lastWhere(f.add(before, none)), x);
  }

  private static void activations(Hypotheses all, VariantModel own) {
    HfConfig config = own.config();
    String advice =
        "build the head as the original class does: dense layer, activation, projection";
    for (String key : List.of("classifier_activation", "pooler_hidden_act", "summary_activation")) {
      if (config.value(key) instanceof String usual) {
        for (String other : List.of("tanh", "gelu", "gelu_new", "relu", "silu", "linear")) {
          if (!other.equals(usual)) {
            all.key(config, key, other, advice);
          }
        }
      }
    }
    for (Activation other :
        List.of(Activation.LINEAR, Activation.TANH, Activation.GELU, Activation.RELU)) {
      all.wiring(
          "head_activation",
          "as the family",
          other.name().toLowerCase(java.util.Locale.ROOT),
          Rewirings.headActivation(other, isOfHead(own)),
          advice);
    }
    all.wiring(
        "pooling",
        "with the dense layer before the classifier",
        "without it",
        Rewirings.withoutDenseHead(own.model().architecture().moduleNames()::isDense),
        advice);
  }

  private static void normalized(Hypotheses all, EmbeddingHead own, String advice) {
    all.change(
        "normalize",
        Boolean.toString(own.normalizes()),
        Boolean.toString(!own.normalizes()),
        v -> v.with(v.head().normalized(!own.normalizes())),
        advice);
  }

  private static void embeddings(Hypotheses all, EmbeddingHead own) {
    String advice = "pool as the sentence-transformers modules of the checkpoint say";
    String usual = Pooling.id(own.poolings());
    for (Pooling other : Pooling.values()) {
      if (!own.poolings().equals(List.of(other))) {
        all.change(
            "pooling",
            usual,
            other.id(),
            v -> v.with(v.head().withPoolings(List.of(other))).readingPadding(),
            advice);
      }
    }
    all.paddingWiring(
        "pooling", usual, usual + " of all tokens, padding too", Rewirings.poolingOfAll(), advice);
    normalized(all, own, "scale vectors to length 1 where the checkpoint's modules say so");
    for (int i = 0; i < own.steps().size(); i++) {
      if (own.steps().get(i) instanceof Dense dense) {
        dense(all, i, dense);
      }
    }
    for (int kept = 0; kept < own.steps().size(); kept++) {
      int count = kept;
      all.change(
          "pooling",
          own.toString(),
          "only the first " + count + " modules behind it",
          v ->
              v.with(
                  v.head()
                      .withSteps(
                          v.head().steps().subList(0, Math.min(count, v.head().steps().size())))),
          advice);
    }
  }

  /** A dense layer behind the pooling, with another activation or without its input added. */
  private static void dense(Hypotheses all, int at, Dense own) {
    for (String other : List.of("linear", "tanh", "relu", "gelu", "silu", "sigmoid")) {
      if (!other.equals(own.activation())) {
        all.change(
            "activation_function",
            own.activation(),
            other,
            v -> v.with(replaced(v.head(), at, own.with(other, own.residual()))),
            "use the activation of the module's config.json");
      }
    }
    all.change(
        "use_residual",
        Boolean.toString(own.residual()),
        Boolean.toString(!own.residual()),
        v -> v.with(replaced(v.head(), at, own.with(own.activation(), !own.residual()))),
        "add the layer's input to its output where the module's config.json says so");
  }

  private static EmbeddingHead replaced(EmbeddingHead head, int at, Dense other) {
    List<Step> steps = new ArrayList<>(head.steps());
    if (at < steps.size()) {
      steps.set(at, other);
    }
    return head.withSteps(steps);
  }
}
