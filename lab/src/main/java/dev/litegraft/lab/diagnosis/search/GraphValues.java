package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.ModuleValues;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedRows.Batch;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.runtime.TokenRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Values inside a file for some rows, beside those of a variant of the checkpoint.
 *
 * @param rows that the file was asked
 * @param byRow what its graph has for each, by module: [t, width], or several such
 * @param rounded whether the file rounds what goes into its products: then differences grow from
 *     layer to layer, and a fault is a leap
 */
public record GraphValues(List<TokenRow> rows, List<Map<String, float[]>> byRow, boolean rounded) {
  /** How many times farther than all before it a value of a rounded file is at a fault. */
  private static final double LEAP = 3;

  /** What rounding to int8 makes of a number at the least, as a part of the largest. */
  private static final double ROUNDING = 1e-3;

  public GraphValues {
    rows = List.copyOf(rows);
    byRow = List.copyOf(byRow);
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
    double[] allowed = {floor};
    ModuleValues.of(
        variant,
        f,
        rows,
        (module, own) -> {
          double apart = behind.contains(module) ? 0 : apart(module, own);
          boolean departs = apart > allowed[0];
          found[0] = departs ? module : found[0];
          allowed[0] = rounded ? Math.max(allowed[0], LEAP * apart) : floor;
          return !departs;
        });
    return Optional.ofNullable(found[0]);
  }

  /** Every module that has numbers for each token. */
  public static Set<String> modules(VariantModel own, PlainLayers f, List<TokenRow> rows) {
    return upTo("", own, f, rows);
  }

  /** The modules up to one. */
  static Set<String> upTo(String module, VariantModel variant, PlainLayers f, List<TokenRow> rows) {
    Set<String> passed = new HashSet<>();
    ModuleValues.of(
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
    ModuleValues.of(
        variant,
        f,
        rows,
        (module, own) -> {
          boolean before = all.contains(module) && !behind.contains(module);
          if (before && !module.equals(last) && apart(module, own) > floor) {
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
    return departure.map(at -> upTo(at, variant, f, rows).size()).orElse(Integer.MAX_VALUE);
  }

  /**
   * The largest difference as a part of the file's largest number, of a rounded file the mean one
   * as a part of the mean one; 0 where it has no such value.
   */
  private double apart(String module, float[][] own) {
    double most = 0;
    double largest = 1e-30;
    double squares = 0;
    double all = 1e-30;
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
    }
    return rounded ? Math.sqrt(squares / all) : most / largest;
  }

  /** The file's numbers of a row's attended tokens; of several rows at once those of the first. */
  private Optional<float[]> numbers(String module, int row, int count) {
    float[] all = byRow.get(row).get(module);
    TokenRow asked = rows.get(row);
    int attended = 0;
    for (int seen : asked.mask()) {
      attended += seen;
    }
    int width = count / Math.max(1, attended);
    if (all == null || all.length < asked.length() * width) {
      return Optional.empty();
    }
    float[] first = java.util.Arrays.copyOf(all, asked.length() * width);
    return Optional.of(VariantModel.attended(first, asked));
  }

  /** One module's value in the place of the file's answers, its largest number 1. */
  AskedFile at(String module, VariantModel like, PlainLayers f) {
    float[][] own = ModuleValues.of(like, f, rows, module).orElseThrow();
    List<Batch> batches = new ArrayList<>();
    List<float[][]> numbers = new ArrayList<>();
    double largest = 1e-30;
    for (int i = 0; i < own.length; i++) {
      float[] theirs = numbers(module, i, own[i].length).orElseThrow();
      for (float number : theirs) {
        largest = Math.max(largest, Math.abs(number));
      }
      numbers.add(new float[][] {theirs});
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
                  ModuleValues.of(variant, layers, some, module)
                      .orElseThrow(() -> new IllegalArgumentException("no value of " + module));
              scale(value, scale);
              return value;
            });
    return rounded ? subject.roundedTo(ROUNDING) : subject;
  }

  private static void scale(float[][] rows, float factor) {
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= factor;
      }
    }
  }
}
