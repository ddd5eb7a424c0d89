package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.lab.reference.Array;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.runtime.TokenRow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the modules of a variant give for rows, heard during one forward pass over them. */
public final class ModuleValues {
  private ModuleValues() {}

  /** What a module does in its layer: its path below that. */
  public static String kind(String module) {
    return Names.kind(module);
  }

  /** Told of what each module gives, in the order of computation. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A module's value.
     *
     * @param module its path; of one that works several times the second value is {@code name_2}
     * @param byRow the numbers of each row's attended tokens, one token behind the other
     * @return whether to go on; the rest of the pass is not computed otherwise
     */
    boolean heard(String module, float[][] byRow);
  }

  /** Ends a forward pass whose rest nobody needs. */
  static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;

    Enough() {
      super("", null, false, false);
    }
  }

  /** Tells of every value that has numbers for each token. */
  public static void of(
      VariantModel variant, PlainLayers f, List<TokenRow> asked, Listener listener) {
    List<TokenRow> rows =
        asked.stream().map(row -> variant.readsPadding() ? row : row.trimmed()).toList();
    int tokens = rows.stream().mapToInt(TokenRow::length).sum();
    Map<String, Integer> times = new HashMap<>();
    try {
      variant.together(
          f.with(
              (path, value) -> {
                int count = times.merge(path, 1, Integer::sum);
                boolean each = value.shape().rank() == 3 && value.dim(1) == tokens;
                String name = count == 1 ? path : path + "_" + count;
                if (each && !listener.heard(name, byRow(value, rows))) {
                  throw new Enough();
                }
              }),
          rows);
    } catch (Enough e) {
      return;
    }
  }

  /**
   * Tells of what every linear layer is given that has numbers for each token, where each before it
   * passed on what a file has in its place.
   *
   * @param depth how many rewirings stay below: those that do what the file does
   * @param values what the file has behind a layer
   */
  public static void ofInputs(
      VariantModel variant,
      int depth,
      PlainLayers f,
      List<TokenRow> asked,
      PassedOnLayers.Values values,
      Listener listener) {
    List<TokenRow> rows =
        asked.stream().map(row -> variant.readsPadding() ? row : row.trimmed()).toList();
    IdentityHashMap<TokenRow, TokenRow> whole = new IdentityHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      whole.put(rows.get(i), asked.get(i));
    }
    PassedOnLayers.Values ofTrimmed =
        (layer, module, row) -> values.of(layer, module, whole.getOrDefault(row, row));
    try {
      variant
          .with(depth, (g, in) -> new PassedOnLayers(g, rows, ofTrimmed, listener))
          .together(f, rows);
    } catch (Enough e) {
      return;
    }
  }

  /** One module's value; empty where the variant does not come to it. */
  public static Optional<float[][]> of(
      VariantModel variant, PlainLayers f, List<TokenRow> rows, String module) {
    float[][][] found = new float[1][][];
    of(
        variant,
        f,
        rows,
        (name, byRow) -> {
          if (name.equals(module)) {
            found[0] = byRow;
            return false;
          }
          return true;
        });
    return Optional.ofNullable(found[0]);
  }

  static float[][] byRow(Array value, List<TokenRow> rows) {
    int width = value.dim(2);
    float[][] byRow = new float[rows.size()][];
    int at = 0;
    for (int i = 0; i < byRow.length; i++) {
      int end = at + rows.get(i).length() * width;
      byRow[i] = VariantModel.attended(Arrays.copyOfRange(value.numbers(), at, end), rows.get(i));
      at = end;
    }
    return byRow;
  }
}
