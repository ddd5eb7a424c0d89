package dev.litegraft.lab.expected;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The setting of an adapter that makes the recorded numbers when it is another: they all scale the
 * product of a module's two matrices, so that one number is fitted.
 *
 * @param config adapter_config.json
 * @param modules what names those that it changes, one kind or one layer each
 * @param read computes the answers with settings of it that are others
 * @param recorded what the original answered
 */
record AdapterSearch(
    HfConfig config, List<String> modules, Reading read, List<RecordedAnswer> recorded) {
  /** Where the fit of a scale begins, beside our own. */
  private static final double[] BEGINNINGS = {0.25, 0.5, 1, 2, 4};

  private static final int ROUNDS = 6;

  private static final Pattern UPDATE =
      Pattern.compile("^(?:base_model\\.model\\.)?((?:.*\\.)?([^.]+))\\.lora_(?:A|embedding_A)\\b");

  /** The time in which modules are tried that may have a scale of their own: 20 s. */
  private static final long LONGEST = 20_000_000_000L;

  /** A reading of the folder whose adapter_config.json has other settings. */
  @FunctionalInterface
  interface Reading {
    /** The answers, a row each. */
    float[][] answers(Map<String, @Nullable Object> settings) throws IOException;
  }

  /** Settings of a scale. */
  @FunctionalInterface
  private interface Scaled {
    Map<String, @Nullable Object> by(double alpha);
  }

  /**
   * What {@code alpha_pattern} may name, of {@code base_model.model.….query.lora_A.weight}: the
   * last part of each name, then the modules of single layers.
   */
  static List<String> modules(Collection<String> tensors) {
    Set<String> modules = new TreeSet<>();
    Set<String> single = new TreeSet<>();
    for (String tensor : tensors) {
      Matcher matcher = UPDATE.matcher(tensor);
      if (matcher.find()) {
        modules.add(matcher.group(2));
        single.add(matcher.group(1));
      }
    }
    return Stream.concat(modules.stream(), single.stream()).toList();
  }

  Optional<String> explanation() throws IOException {
    boolean root = config.flag("use_rslora", false);
    if (explains(Map.of("use_rslora", !root))) {
      return said("use_rslora", root, !root);
    }
    double own = config.number("lora_alpha", 8);
    Optional<Number> alpha = fitted(own, other -> Map.of("lora_alpha", other));
    if (alpha.isPresent()) {
      return said("lora_alpha", rounded(own), alpha.get());
    }
    Map<String, Object> patterns = patterns();
    if (!patterns.isEmpty() && explains(Map.of("alpha_pattern", Map.of()))) {
      return said("alpha_pattern", patterns, Map.of());
    }
    return ofModules(own, patterns);
  }

  /** The patterns by their regular expressions, in which dots are no paths. */
  private Map<String, Object> patterns() {
    Map<String, Object> patterns = new LinkedHashMap<>();
    if (config.value("alpha_pattern") instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (value instanceof Number n) {
              patterns.put(String.valueOf(key), n);
            }
          });
    }
    return patterns;
  }

  private Optional<String> ofModules(double usual, Map<String, Object> patterns)
      throws IOException {
    long begun = System.nanoTime();
    for (String module : modules) {
      if (System.nanoTime() - begun > LONGEST) {
        break;
      }
      double own =
          patterns.get(module) instanceof Number n && n.doubleValue() != 0
              ? n.doubleValue()
              : usual;
      Optional<Number> alpha =
          fitted(own, other -> Map.of("alpha_pattern", with(patterns, module, other)));
      if (alpha.isPresent()) {
        return said("alpha_pattern", patterns, with(patterns, module, alpha.get()));
      }
    }
    return Optional.empty();
  }

  private static Map<String, Object> with(Map<String, Object> patterns, String key, Object value) {
    Map<String, Object> other = new LinkedHashMap<>();
    other.put(key, value); // the first that matches counts
    patterns.forEach(other::putIfAbsent);
    return other;
  }

  /** The scale under which the answers are the recorded ones; absent where none is. */
  private Optional<Number> fitted(double own, Scaled scaled) throws IOException {
    double at = own;
    double least = Double.POSITIVE_INFINITY;
    for (double factor : BEGINNINGS) {
      double distance = squares(differences(scaled.by(own * factor)));
      if (distance < least) {
        least = distance;
        at = own * factor;
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      double step = Math.max(1e-3, Math.abs(at) / 64);
      double[] here = differences(scaled.by(at));
      double[] there = differences(scaled.by(at + step));
      double product = 0;
      double slope = 0;
      for (int i = 0; i < here.length; i++) {
        double d = (there[i] - here[i]) / step;
        product += d * here[i];
        slope += d * d;
      }
      if (slope == 0 || !Double.isFinite(product / slope)) {
        return Optional.empty();
      }
      at -= product / slope;
    }
    for (Number near : List.of(Math.round(at), Math.round(2 * at) / 2.0, rounded(at))) {
      if (explains(scaled.by(near.doubleValue()))) {
        return Optional.of(near);
      }
    }
    return Optional.empty();
  }

  private static Number rounded(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? (Number) (long) value
        : new BigDecimal(value).round(new MathContext(4)).doubleValue();
  }

  private boolean explains(Map<String, @Nullable Object> settings) throws IOException {
    float[][] answers;
    try {
      answers = read.answers(settings);
    } catch (InvalidInputException e) {
      return false; // Settings that this adapter cannot have.
    }
    for (int i = 0; i < answers.length; i++) {
      if (!(ExpectedCheck.distance(answers[i], recorded.get(i).numbers())
          <= ExpectedCheck.NUMBERS)) {
        return false;
      }
    }
    return true;
  }

  private double[] differences(Map<String, @Nullable Object> settings) throws IOException {
    float[][] answers = read.answers(settings);
    double[] all = new double[recorded.stream().mapToInt(a -> a.numbers().length).sum()];
    int next = 0;
    for (int i = 0; i < answers.length; i++) {
      double[] theirs = recorded.get(i).numbers();
      for (int j = 0; j < theirs.length; j++) {
        all[next++] = answers[i][j] - theirs[j];
      }
    }
    return all;
  }

  private static double squares(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number * number;
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  private static Optional<String> said(String key, Object ours, Object theirs) {
    return Optional.of(
        key
            + " of adapter_config.json: our reading is "
            + ours
            + ", the original answers as with "
            + theirs);
  }
}
