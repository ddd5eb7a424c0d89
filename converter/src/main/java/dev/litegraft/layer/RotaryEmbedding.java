package dev.litegraft.layer;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.error.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Rotary position embeddings: the frequencies by which pairs of a head's numbers turn, with every
 * scaling that Hugging Face names. Computed in f32 steps, as the original does.
 *
 * <p>Source: {@code transformers/modeling_rope_utils.py}.
 */
public final class RotaryEmbedding {
  private static final String TRAINED = "original_max_position_embeddings";

  /** Frequencies for a text of some length. */
  private interface Frequencies {
    float[] at(int length);
  }

  /** The kinds of scaling, and whether each looks at the length of a row. */
  private enum Scaling {
    NONE(false),
    LINEAR(false),
    DYNAMIC(true),
    LLAMA3(false),
    YARN(false),
    LONGROPE(true);

    private final boolean readsTheLength;

    Scaling(boolean readsTheLength) {
      this.readsTheLength = readsTheLength;
    }

    /** What a {@code rope_scaling} says; absent where its type is unknown. */
    static Optional<Scaling> of(HfConfig scaling) {
      return switch (scaling.text("rope_type", "default")) {
        // Several axes of an image's positions, which are one of a text.
        case "default", "mrope" -> {
          scaling.has("mrope_section");
          scaling.has("mrope_interleaved");
          yield Optional.of(NONE);
        }
        case "linear" -> Optional.of(LINEAR);
        case "dynamic" -> Optional.of(DYNAMIC);
        case "llama3" -> Optional.of(LLAMA3);
        case "yarn" -> // with these factors it is what Phi-3's first configs called longrope
            Optional.of(scaling.has("short_factor") ? LONGROPE : YARN);
        case "longrope", "su" -> Optional.of(LONGROPE);
        default -> Optional.empty();
      };
    }
  }

  /** Tables are made before any weight tells how wide a head is; real ones have up to 512. */
  private static final int MOST_WIDTH = 4096;

  private final int width;
  private final float attentionFactor;
  private final boolean dependsOnLength;
  private final Frequencies frequencies;

  private RotaryEmbedding(
      int width, double attentionFactor, boolean dependsOnLength, Frequencies frequencies) {
    this.width = width;
    this.attentionFactor = (float) attentionFactor;
    this.dependsOnLength = dependsOnLength;
    this.frequencies = frequencies;
  }

  /**
   * The embedding that {@code rope_theta}, {@code rope_scaling} and {@code partial_rotary_factor}
   * describe.
   *
   * @param config a config.json; {@code rope_parameters} of newer versions is read as the same keys
   * @param headWidth the width of a head, e
   * @throws InvalidCheckpointException if the scaling is unknown or lacks a number
   */
  public static RotaryEmbedding of(HfConfig config, int headWidth) {
    double partial = config.number("partial_rotary_factor", 1);
    double theta = config.number("rope_theta", 10000);
    int width = (int) (headWidth * partial);
    if (partial > 1) {
      throw new InvalidCheckpointException(
          "a part of " + partial + " of a head is rotated, where at most the whole can be",
          config.where() + ", partial_rotary_factor",
          "compare the key with the model's original config.json");
    }
    return width > 0 && width < headWidth ? scaled(config, theta, width) : of(config, theta, width);
  }

  /**
   * As {@link #of(HfConfig, int)}, for classes that cut the part to be rotated by the factor alone:
   * of an odd part the original makes a head that is one number wider, or nothing.
   *
   * @throws InvalidCheckpointException also if the part is odd
   */
  public static RotaryEmbedding ofEvenPart(HfConfig config, int headWidth) {
    int width = (int) (headWidth * config.number("partial_rotary_factor", 1));
    return of(config, config.number("rope_theta", 10000), width);
  }

  /**
   * As {@link #of(HfConfig, int)}, of another base and rotated width than the config's keys say.
   *
   * @param theta the base
   * @param width how many numbers of a head turn; even
   */
  public static RotaryEmbedding of(HfConfig config, double theta, int width) {
    if (width <= 0 || width % 2 != 0) {
      throw new InvalidCheckpointException(
          "rotary positions need an even head width, not " + width,
          config.where(),
          "check hidden_size, num_attention_heads, head_dim and partial_rotary_factor");
    }
    return scaled(config, theta, width);
  }

  /** Of a part of a head that is odd, one number more turns: as many as the frequencies need. */
  private static RotaryEmbedding scaled(HfConfig config, double theta, int width) {
    if (width > MOST_WIDTH) {
      throw new InvalidCheckpointException(
          "a head of " + width + " numbers is rotated, where at most " + MOST_WIDTH + " can be",
          config.where(),
          "check hidden_size, num_attention_heads, head_dim and partial_rotary_factor");
    }
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new InvalidCheckpointException(
          "the base of the rotary positions is " + theta + ", where a number above 0 is needed",
          config.where() + ", rope_theta",
          "compare the key with the model's original config.json");
    }
    Optional<HfConfig> scaling = config.at("rope_scaling");
    if (scaling.isEmpty()) {
      return plain(theta, width);
    }
    HfConfig s = scaling.get();
    return switch (Scaling.of(s).orElseThrow(() -> unknown(s))) {
      case NONE -> plain(theta, width);
      case LINEAR -> linear(theta, width, factor(s));
      case DYNAMIC -> dynamic(theta, width, factor(s), config.integer("max_position_embeddings"));
      case LLAMA3 -> llama3(theta, width, s);
      case YARN -> yarn(theta, width, config, s);
      case LONGROPE -> longrope(theta, width, config, s);
    };
  }

  private static InvalidCheckpointException unknown(HfConfig scaling) {
    return new InvalidCheckpointException(
        "unknown rotary scaling \""
            + scaling.text("rope_type", "default")
            + "\"; known: default, linear, dynamic, llama3, yarn, longrope",
        scaling.where(),
        "compare the key with the model's original config.json; a scaling of custom code cannot be converted");
  }

  /**
   * Whether a text's length changes the frequencies of all its positions, in any kind of layer. A
   * scaling of an unknown type does not.
   */
  public static boolean dependsOnLength(HfConfig config) {
    return scalings(config).stream().anyMatch(scaling -> scaling.readsTheLength);
  }

  /** Whether positions are scaled so that the model reads texts of any length. */
  public static boolean adaptsToAnyLength(HfConfig config) {
    return config
        .at("rope_scaling")
        .flatMap(Scaling::of)
        .filter(s -> s == Scaling.DYNAMIC)
        .isPresent();
  }

  /** The model's, and those of its kinds of layers where each has its own. */
  private static List<Scaling> scalings(HfConfig config) {
    List<Scaling> all = new ArrayList<>();
    config.at("rope_scaling").flatMap(Scaling::of).ifPresent(all::add);
    if (config.value("rope_parameters") instanceof Map<?, ?> parameters
        && parameters.values().stream().anyMatch(kind -> kind instanceof Map)) {
      HfConfig kinds = config.at("rope_parameters").orElseThrow();
      for (String kind : kinds.keys()) {
        if (kinds.value(kind) instanceof Map) {
          kinds
              .at(kind)
              .flatMap(own -> own.at("rope_scaling"))
              .flatMap(Scaling::of)
              .ifPresent(all::add);
        }
      }
    }
    return all;
  }

  /** Without scaling. */
  public static RotaryEmbedding plain(double theta, int width) {
    float[] f = inverse(theta, width);
    return new RotaryEmbedding(width, 1, false, length -> f);
  }

  private static RotaryEmbedding linear(double theta, int width, double factor) {
    float[] f = inverse(theta, width);
    for (int i = 0; i < f.length; i++) {
      f[i] /= (float) factor;
    }
    return new RotaryEmbedding(width, 1, false, length -> f);
  }

  private static RotaryEmbedding dynamic(double theta, int width, double factor, int trained) {
    if (width <= 2) {
      return plain(theta, width); // the one frequency is 1, whatever the base
    }
    return new RotaryEmbedding(
        width,
        1,
        true,
        length -> {
          int reach = Math.max(length, trained);
          double growth = factor * reach / trained - (factor - 1);
          return inverse(theta * Math.pow(growth, width / (width - 2.0)), width);
        });
  }

  private static RotaryEmbedding llama3(double theta, int width, HfConfig s) {
    double factor = factor(s);
    double low = s.number("low_freq_factor");
    double high = s.number("high_freq_factor");
    double trained = s.number(TRAINED);
    float[] f = inverse(theta, width);
    for (int i = 0; i < f.length; i++) {
      double wavelength = 2 * Math.PI / f[i];
      if (wavelength > trained / low) {
        f[i] = (float) (f[i] / factor);
      } else if (wavelength >= trained / high) {
        double smooth = (trained / wavelength - low) / (high - low);
        f[i] = (float) ((1 - smooth) * f[i] / factor + smooth * f[i]);
      }
    }
    return new RotaryEmbedding(width, 1, false, length -> f);
  }

  private static RotaryEmbedding yarn(double theta, int width, HfConfig config, HfConfig s) {
    double factor = factor(s);
    int reach = config.integer("max_position_embeddings");
    int trained = s.integer(TRAINED, reach);
    if (s.has(TRAINED) && !takesTheFactor(config)) {
      factor = (double) reach / trained;
    }
    double low = correction(s.number("beta_fast", 32), theta, width, trained);
    double high = correction(s.number("beta_slow", 1), theta, width, trained);
    if (s.flag("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, width - 1);
    if (low == high) {
      high += 0.001;
    }
    float[] f = inverse(theta, width);
    for (int i = 0; i < f.length; i++) {
      double interpolated = Math.min(Math.max((i - low) / (high - low), 0), 1);
      f[i] = (float) (f[i] / factor * interpolated + f[i] * (1 - interpolated));
    }
    double attention = yarnAttention(s, factor);
    if (width == 1) {
      // The original's ramp has width / 2 steps, none, and so nothing turns: GPT-NeoX's heads of 4.
      return new RotaryEmbedding(width, 1, false, length -> new float[1]);
    }
    return new RotaryEmbedding(width, attention, false, length -> f);
  }

  private static double correction(double turns, double theta, int width, int trained) {
    return width * Math.log(trained / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private static double yarnAttention(HfConfig s, double factor) {
    if (s.has("attention_factor")) {
      return s.number("attention_factor");
    }
    double mscale = s.number("mscale", 0);
    double mscaleAllDim = s.number("mscale_all_dim", 0);
    return mscale != 0 && mscaleAllDim != 0
        ? mscale(factor, mscale) / mscale(factor, mscaleAllDim)
        : mscale(factor, 1);
  }

  private static double mscale(double factor, double weight) {
    return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
  }

  private static RotaryEmbedding longrope(double theta, int width, HfConfig config, HfConfig s) {
    List<Double> shortFactor = factors(s, "short_factor", width);
    List<Double> longFactor = factors(s, "long_factor", width);
    int reach = config.integer("max_position_embeddings");
    int beside = config.integer(TRAINED, reach);
    int trained = isNewer(config) ? s.integer(TRAINED, beside) : beside;
    double ratio = (double) reach / trained;
    double factor = config.has(TRAINED) && !isNewer(config) ? ratio : s.number("factor", ratio);
    double attention =
        s.has("attention_factor")
            ? s.number("attention_factor")
            : factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trained));
    return new RotaryEmbedding(
        width,
        attention,
        true,
        length -> {
          List<Double> stretch = length > trained ? longFactor : shortFactor;
          float[] f = new float[(width + 1) / 2];
          for (int i = 0; i < f.length; i++) {
            f[i] =
                1
                    / (stretch.get(i).floatValue()
                        * (float) Math.pow(theta, (float) (2 * i) / width));
          }
          return f;
        });
  }

  /**
   * Whether transformers 5 wrote the config: it takes the key {@code factor} where it is there,
   * which the ratio of the lengths replaced before, and longrope's trained length from within the
   * scaling, not from beside it.
   */
  private static boolean isNewer(HfConfig config) {
    return config.value("rope_parameters") != null;
  }

  /** Whether yarn's factor is the key's, as from version 4.57 on, and not the ratio of lengths. */
  private static boolean takesTheFactor(HfConfig config) {
    return isNewer(config) || SavedBy.UNKNOWN.orOf(config).transformersAtLeast(4, 57);
  }

  private static List<Double> factors(HfConfig s, String key, int width) {
    List<Double> factors = s.numbers(key);
    if (factors.size() != (width + 1) / 2) {
      throw new InvalidCheckpointException(
          key
              + " has "
              + factors.size()
              + " numbers, where half of the rotated head width is "
              + (width + 1) / 2,
          s.where(),
          "compare the key with the model's original config.json");
    }
    return factors;
  }

  private static double factor(HfConfig s) {
    double factor = s.number("factor");
    if (!(factor > 0)) {
      throw new InvalidCheckpointException(
          "the rotary scaling factor is " + factor + ", where a number above 0 is needed",
          s.where(),
          "compare the key with the model's original config.json");
    }
    return factor;
  }

  private static float[] inverse(double theta, int width) {
    float[] f = new float[(width + 1) / 2];
    for (int i = 0; i < f.length; i++) {
      f[i] = 1 / (float) Math.pow(theta, (float) (2 * i) / width);
    }
    return f;
  }

  /** Tells embeddings of one model apart, for the names of their tables. */
  String key() {
    return String.format(
        Locale.ROOT,
        "%08x",
        31 * Arrays.hashCode(frequencies(1)) + Float.hashCode(attentionFactor));
  }

  /** How many numbers of a head turn: twice the number of frequencies. */
  public int width() {
    return (width + 1) / 2 * 2;
  }

  /** What cos and sin are multiplied by; 1 but for yarn and longrope. */
  public float attentionFactor() {
    return attentionFactor;
  }

  /** Whether a text's length changes the frequencies of all its positions. */
  public boolean dependsOnLength() {
    return dependsOnLength;
  }

  /**
   * The frequencies, {@code width() / 2} of them, for a text of {@code length} tokens; radians a
   * position.
   */
  public float[] frequencies(int length) {
    return frequencies.at(length).clone();
  }
}
