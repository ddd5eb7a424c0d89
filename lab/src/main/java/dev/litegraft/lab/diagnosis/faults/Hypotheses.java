package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.checkpoint.config.HfConfig;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an exporting tool may have got wrong with a given checkpoint: settings with another value,
 * and wirings that load without a word.
 */
public final class Hypotheses {
  private final List<Hypothesis> fixed = new ArrayList<>();
  private final List<Dial> dials = new ArrayList<>();

  /** Those of one part of the models. */
  interface Source {
    /** Adds what is worth trying for this model. */
    void addTo(Hypotheses all, VariantModel own);
  }

  private static final List<Source> SOURCES =
      List.of(
          new RotaryFaults(),
          new AttentionFaults(),
          new RelativeFaults(),
          new AttentionHeadFaults(),
          new FusedOrderFaults(),
          new LayerFaults(),
          new ReadoutFaults(),
          new SwitchFaults());

  /** Everything worth trying for this model; of what explains as much, the first is named. */
  public static Hypotheses of(VariantModel own) {
    Hypotheses all = new Hypotheses();
    SOURCES.forEach(source -> source.addTo(all, own));
    return all;
  }

  /** Those with one value each. */
  public List<Hypothesis> fixed() {
    return fixed;
  }

  /** Those with a value to fit. */
  public List<Dial> dials() {
    return dials;
  }

  void add(Hypothesis hypothesis) {
    fixed.add(hypothesis);
  }

  void add(Dial dial) {
    dials.add(dial);
  }

  /** A key of config.json has another value; null for none. */
  void key(HfConfig config, String key, @Nullable Object other, String advice) {
    add(keyed(config, key, other, advice));
  }

  static Hypothesis keyed(HfConfig config, String key, @Nullable Object other, String advice) {
    return new Hypothesis(
        key,
        text(config.value(key)),
        text(other),
        v -> v.with(v.config().with(key, other)),
        advice);
  }

  /**
   * A key with a continuous value, where the config has it.
   *
   * @param from the smallest value that makes sense, above 0
   */
  void keyDial(
      HfConfig config, String key, double from, double to, List<Double> wellKnown, String advice) {
    if (config.value(key) instanceof Number own) {
      add(
          new Dial(
              key,
              own.doubleValue(),
              from,
              to,
              wellKnown,
              value -> keyed(config, key, value, advice)));
    }
  }

  /** One kind of layer works otherwise. */
  void wiring(
      String setting, String own, String other, VariantModel.Rewiring rewiring, String advice) {
    change(setting, own, other, v -> v.with(rewiring), advice);
  }

  /** A wiring under which padding behind a text can change the answer. */
  void paddingWiring(
      String setting, String own, String other, VariantModel.Rewiring rewiring, String advice) {
    change(setting, own, other, v -> v.with(rewiring).readingPadding(), advice);
  }

  void change(
      String setting, String own, String other, UnaryOperator<VariantModel> change, String advice) {
    add(new Hypothesis(setting, own, other, change, advice));
  }

  /** As config.json has it. */
  static String text(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> "\"" + e.getKey() + "\": " + quoted(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value instanceof Double d ? number(d) : String.valueOf(value);
  }

  private static String quoted(@Nullable Object value) {
    return value instanceof String ? "\"" + value + "\"" : text(value);
  }

  /** Five digits tell apart whatever can be fitted. */
  static String number(double value) {
    double rounded = new BigDecimal(value, new MathContext(5)).doubleValue();
    return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e15
        ? Long.toString((long) rounded)
        : Double.toString(rounded);
  }
}
