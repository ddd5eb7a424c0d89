package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.ModuleValues;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedRows.Batch;
import dev.litegraft.lab.diagnosis.weights.FoundMatrix;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.layer.Linear;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values inside a file for some rows, beside those of a variant of the checkpoint.
 *
 * <p>Of a file that rounds nothing these are what its modules give. Of one that rounds what goes
 * into its products, they are what the products are given, where the variant takes over what each
 * product before gave: then no rounding is between, and a fault departs where it is, and only
 * there.
 */
public final class GraphValues {
  /** How closely a file's values are met where nothing is wrong. */
  private enum Kind {
    /** To what float kernels differ by. */
    FLOAT,
    /** Differences of rounding grow from layer to layer, and a fault is a leap. */
    ROUNDED,
    /** What products are given is met to what float kernels differ by. */
    FOLLOWED
  }

  /** How many times farther than all before it a value of a rounded file is at a fault. */
  private static final double LEAP = 3;

  /** What rounding to int8 makes of a number at the least, as a part of the largest. */
  private static final double ROUNDING = 1e-3;

  /** What f32 makes of a number of a file that is followed. */
  private static final double MET = 1e-6;

  /** A file of which the middle token is met so closely in some of its values is followed. */
  private static final double FOLLOWED = 1e-5;

  /** One of so many values, at least. */
  private static final int SOME = 10;

  /** Up to this, the middle token of a file that is followed is met. */
  private static final double FOLLOWED_FLOOR = 1e-4;

  private final List<TokenRow> rows;
  private final List<Map<String, float[]>> given;
  private final List<Map<String, float[]>> compared;
  private final Kind kind;
  private final int depth;
  private final IdentityHashMap<TokenRow, Integer> places = new IdentityHashMap<>();

  private GraphValues(
      List<TokenRow> rows,
      List<Map<String, float[]>> given,
      List<Map<String, float[]>> compared,
      Kind kind,
      int depth) {
    this.rows = List.copyOf(rows);
    this.given = List.copyOf(given);
    this.compared = List.copyOf(compared);
    this.kind = kind;
    this.depth = depth;
    for (int i = 0; i < rows.size(); i++) {
      places.put(rows.get(i), i);
    }
  }

  /**
   * Of what the modules give.
   *
   * @param rows that the file was asked
   * @param byRow what its graph has for each, by module: [t, width], or several such
   * @param rounded whether the file rounds what goes into its products
   */
  public static GraphValues of(
      List<TokenRow> rows, List<Map<String, float[]>> byRow, boolean rounded) {
    return new GraphValues(rows, byRow, byRow, rounded ? Kind.ROUNDED : Kind.FLOAT, 0);
  }

  /**
   * The same of a rounded file by what its products are given, if that is met.
   *
   * @param inputs of each row, by module: [t, in], or several such; what is missing is added
   * @param biases of the norms whose weights the tool took into a module's matrix: it may have
   *     taken the bias behind, too
   * @param model the checkpoint's with the file's weights, which rounds as the file does
   */
  public GraphValues followedBy(
      List<Map<String, float[]>> inputs,
      Map<String, float[]> biases,
      VariantModel model,
      PlainLayers f) {
    if (kind != Kind.ROUNDED) {
      return this;
    }
    GraphValues values = new GraphValues(rows, given, inputs, Kind.FOLLOWED, model.depth());
    List<Double> all = new ArrayList<>();
    values.walk(
        model,
        f,
        rows,
        (module, own) -> {
          if (inputs.get(0).containsKey(module)) {
            double apart = values.apart(module, own);
            float[] bias = biases.get(module);
            if (bias != null) {
              add(inputs, module, bias, 1);
              double with = values.apart(module, own);
              if (with < apart) {
                apart = with;
              } else {
                add(inputs, module, bias, -1);
              }
            }
            all.add(apart);
          }
          return true;
        });
    all.sort(null);
    return all.isEmpty() || all.get(all.size() / SOME) > FOLLOWED ? this : values;
  }

  private static void add(
      List<Map<String, float[]>> inputs, String module, float[] bias, int times) {
    for (Map<String, float[]> row : inputs) {
      float[] numbers = row.getOrDefault(module, new float[0]);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += times * bias[i % bias.length];
      }
    }
  }

  /** The rows that the file was asked. */
  List<TokenRow> rows() {
    return rows;
  }

  /** Whether the file rounds what goes into its products. */
  boolean isRounded() {
    return kind != Kind.FLOAT;
  }

  /** Whether what products are given is compared. */
  boolean isFollowed() {
    return kind == Kind.FOLLOWED;
  }

  /** Goes through a variant's values that are compared, in the order of computation. */
  private void walk(
      VariantModel variant, PlainLayers f, List<TokenRow> some, ModuleValues.Listener listener) {
    if (kind == Kind.FOLLOWED) {
      ModuleValues.ofInputs(variant, depth, f, some, this::passedOn, listener);
    } else {
      ModuleValues.of(variant, f, some, listener);
    }
  }

  /** What the file has behind a layer, whose rows no fault has put into another order. */
  private float @Nullable [] passedOn(Linear layer, String module, TokenRow row) {
    boolean isOwn =
        layer.weight() instanceof FoundMatrix matrix
            && matrix.source().name().equals(layer.name() + ".weight");
    Integer place = places.get(row);
    return isOwn && place != null ? given.get(place).get(module) : null;
  }

  /** Up to this, a value is met; {@code floor} where nothing better is known. */
  private double floor(double floor) {
    return kind == Kind.FOLLOWED ? FOLLOWED_FLOOR : floor;
  }

  /**
   * The first module, in the order of computation, of which a variant's value is not the file's.
   *
   * @param behind modules that are not looked at
   * @param floor the largest difference that is none, as a part of the largest number
   */
  Optional<String> departure(
      VariantModel variant, PlainLayers f, Set<String> behind, double floor) {
    String[] found = new String[1];
    double[] allowed = {floor(floor)};
    walk(
        variant,
        f,
        rows,
        (module, own) -> {
          double apart = behind.contains(module) ? 0 : apart(module, own);
          boolean departs = apart > allowed[0];
          found[0] = departs ? module : found[0];
          if (kind == Kind.ROUNDED) {
            allowed[0] = Math.max(allowed[0], LEAP * apart);
          }
          return !departs;
        });
    return Optional.ofNullable(found[0]);
  }

  /** Every module that has numbers for each token. */
  public static Set<String> modules(VariantModel own, PlainLayers f, List<TokenRow> rows) {
    Set<String> all = new HashSet<>();
    ModuleValues.of(
        own,
        f,
        rows,
        (module, numbers) -> {
          all.add(module);
          return true;
        });
    return all;
  }

  /** The modules up to one. */
  Set<String> upTo(String module, VariantModel variant, PlainLayers f) {
    Set<String> passed = new HashSet<>();
    walk(
        variant,
        f,
        rows,
        (name, own) -> {
          passed.add(name);
          return !name.equals(module);
        });
    return passed;
  }

  /** The modules that do in other layers what one before {@code last} does that departs. */
  Set<String> alike(
      VariantModel variant,
      PlainLayers f,
      Set<String> all,
      Set<String> behind,
      String last,
      double floor) {
    Set<String> departing = new HashSet<>();
    Set<String> alike = new HashSet<>();
    walk(
        variant,
        f,
        rows,
        (module, own) -> {
          boolean before = all.contains(module) && !behind.contains(module);
          if (before && !module.equals(last) && apart(module, own) > floor(floor)) {
            departing.add(ModuleValues.kind(module));
          }
          if (departing.contains(ModuleValues.kind(module))) {
            alike.add(module);
          }
          return true;
        });
    return alike;
  }

  /** How many modules a variant agrees with the file in before it departs. */
  int agreeing(VariantModel variant, PlainLayers f, Set<String> behind, double floor) {
    Optional<String> departure = departure(variant, f, behind, floor);
    return departure.map(at -> upTo(at, variant, f).size()).orElse(Integer.MAX_VALUE);
  }

  /** A variant's value of one module; empty where it does not come to it. */
  private Optional<float[][]> value(
      String module, VariantModel variant, PlainLayers f, List<TokenRow> some) {
    float[][][] found = new float[1][][];
    walk(
        variant,
        f,
        some,
        (name, byRow) -> {
          found[0] = name.equals(module) ? byRow : found[0];
          return !name.equals(module);
        });
    return Optional.ofNullable(found[0]);
  }

  /**
   * The largest difference as a part of the file's largest number, of a rounded file the mean one
   * as a part of the mean one, of one that is followed that of the middle token; 0 where it has no
   * such value.
   */
  private double apart(String module, float[][] own) {
    double most = 0;
    double largest = 1e-30;
    double squares = 0;
    double all = 1e-30;
    List<Double> tokens = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      Optional<float[]> theirs = numbers(module, i, own[i].length);
      if (theirs.isEmpty()) {
        return 0;
      }
      for (int j = 0; j < own[i].length; j++) {
        double difference = Math.abs((double) own[i][j] - theirs.get()[j]);
        most = Math.max(most, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        largest = Math.max(largest, Math.abs(theirs.get()[j]));
        squares += difference * difference;
        all += (double) theirs.get()[j] * theirs.get()[j];
      }
      if (kind == Kind.FOLLOWED) {
        tokens.addAll(byToken(own[i], theirs.get(), tokens(rows.get(i))));
      }
    }
    tokens.sort(null);
    return switch (kind) {
      case FLOAT -> most / largest;
      case ROUNDED -> Math.sqrt(squares / all);
      case FOLLOWED -> tokens.get(tokens.size() / 2);
    };
  }

  private static List<Double> byToken(float[] own, float[] theirs, int tokens) {
    int width = own.length / tokens;
    List<Double> apart = new ArrayList<>();
    for (int t = 0; t < tokens; t++) {
      double squares = 0;
      double all = 1e-30;
      for (int j = t * width; j < (t + 1) * width; j++) {
        squares += ((double) own[j] - theirs[j]) * ((double) own[j] - theirs[j]);
        all += (double) theirs[j] * theirs[j];
      }
      apart.add(Double.isNaN(squares) ? Double.POSITIVE_INFINITY : Math.sqrt(squares / all));
    }
    return apart;
  }

  private static int tokens(TokenRow row) {
    return Math.max(1, Arrays.stream(row.mask()).sum());
  }

  /** The file's numbers of a row's attended tokens; of several rows at once those of the first. */
  private Optional<float[]> numbers(String module, int row, int count) {
    float[] all = compared.get(row).get(module);
    TokenRow asked = rows.get(row);
    int width = count / tokens(asked);
    if (all == null || all.length < asked.length() * width) {
      return Optional.empty();
    }
    float[] first = Arrays.copyOf(all, asked.length() * width);
    return Optional.of(VariantModel.attended(first, asked));
  }

  /** The numbers of each token of a row; of a file that is not followed those of all at once. */
  private List<float[]> parts(float[] numbers, TokenRow row) {
    if (kind != Kind.FOLLOWED) {
      return List.of(numbers);
    }
    int width = numbers.length / tokens(row);
    List<float[]> parts = new ArrayList<>();
    for (int at = 0; at < numbers.length; at += width) {
      parts.add(Arrays.copyOfRange(numbers, at, at + width));
    }
    return parts;
  }

  /** One module's value in the place of the file's answers, its largest number 1. */
  AskedFile at(String module, VariantModel like, PlainLayers f) {
    float[][] own = value(module, like, f, rows).orElseThrow();
    List<Batch> batches = new ArrayList<>();
    List<float[][]> numbers = new ArrayList<>();
    double largest = 1e-30;
    for (int i = 0; i < own.length; i++) {
      float[] theirs = numbers(module, i, own[i].length).orElseThrow();
      for (float number : theirs) {
        largest = Math.max(largest, Math.abs(number));
      }
      numbers.add(parts(theirs, rows.get(i)).toArray(float[][]::new));
      batches.add(
          new Batch(rows.get(i).length() + " tokens", AskedRows.Group.PLAIN, List.of(rows.get(i))));
    }
    float scale = (float) (1 / largest);
    numbers.forEach(batch -> scale(batch, scale));
    AskedFile subject =
        AskedFile.of(
            batches,
            numbers,
            (variant, layers, some) -> {
              float[][] value =
                  value(module, variant, layers, some)
                      .orElseThrow(() -> new IllegalArgumentException("no value of " + module));
              scale(value, scale);
              List<float[]> parts = new ArrayList<>();
              for (int i = 0; i < value.length; i++) {
                parts.addAll(parts(value[i], some.get(i)));
              }
              return parts.toArray(float[][]::new);
            });
    return switch (kind) {
      case FLOAT -> subject;
      case ROUNDED -> subject.roundedTo(ROUNDING);
      case FOLLOWED -> subject.followedTo(MET);
    };
  }

  private static void scale(float[][] rows, float factor) {
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= factor;
      }
    }
  }
}
