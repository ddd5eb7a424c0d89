package dev.litegraft.web.brotli;

import java.util.ArrayList;
import java.util.List;

/** Contexts whose symbols are spread alike share a code: a code has to be told, too. */
final class Histograms {
  /** About what telling a code takes, in bits: of itself, and of each symbol in it. */
  private static final double CODE_BITS = 40;

  private static final double SYMBOL_BITS = 4.5;

  private static final double[] TIMES_LOG = new double[1 << 12];

  static {
    for (int n = 1; n < TIMES_LOG.length; n++) {
      TIMES_LOG[n] = timesLogOf(n);
    }
  }

  private final int[] map;
  private final List<int[]> shared;
  private final double bits;

  private Histograms(int[] map, List<int[]> shared, double bits) {
    this.map = map;
    this.shared = shared;
    this.bits = bits;
  }

  /**
   * Puts together what is cheaper together.
   *
   * @param counts of the symbols in each context
   */
  static Histograms of(int[][] counts) {
    int n = counts.length;
    int[][] merged = new int[n][];
    double[] alone = new double[n];
    int[] of = new int[n];
    for (int i = 0; i < n; i++) {
      merged[i] = counts[i].clone();
      alone[i] = bits(merged[i]);
      of[i] = i;
    }
    double[][] gain = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        gain[i][j] = alone[i] + alone[j] - bits(merged[i], merged[j]);
      }
    }
    while (true) {
      int a = -1;
      int b = -1;
      double best = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          if (alone[i] >= 0 && alone[j] >= 0 && gain[i][j] >= best) {
            best = gain[i][j];
            a = i;
            b = j;
          }
        }
      }
      if (a < 0) {
        return collected(of, merged, alone);
      }
      for (int k = 0; k < merged[b].length; k++) {
        merged[b][k] += merged[a][k];
      }
      alone[b] = bits(merged[b]);
      alone[a] = -1;
      for (int i = 0; i < n; i++) {
        of[i] = of[i] == a ? b : of[i];
        if (alone[i] >= 0 && i != b) {
          gain[Math.max(i, b)][Math.min(i, b)] = alone[i] + alone[b] - bits(merged[i], merged[b]);
        }
      }
    }
  }

  private static Histograms collected(int[] of, int[][] merged, double[] alone) {
    int[] places = new int[of.length];
    List<int[]> shared = new ArrayList<>();
    double bits = 0;
    for (int i = 0; i < of.length; i++) {
      if (alone[i] >= 0) {
        places[i] = shared.size();
        shared.add(merged[i]);
        bits += alone[i];
      }
    }
    int[] map = new int[of.length];
    for (int i = 0; i < of.length; i++) {
      map[i] = places[of[i]];
    }
    return new Histograms(map, shared, bits);
  }

  /** Which of {@link #shared} a context has. */
  int[] map() {
    return map;
  }

  List<int[]> shared() {
    return shared;
  }

  /** What all symbols take, and the codes. */
  double bits() {
    return bits;
  }

  private static double bits(int[]... added) {
    double sum = 0;
    long all = 0;
    int used = 0;
    for (int k = 0; k < added[0].length; k++) {
      int count = 0;
      for (int[] one : added) {
        count += one[k];
      }
      if (count > 0) {
        sum -= count < TIMES_LOG.length ? TIMES_LOG[count] : timesLogOf(count);
        all += count;
        used++;
      }
    }
    return all == 0 ? 0 : sum + timesLogOf(all) + CODE_BITS + SYMBOL_BITS * used;
  }

  private static double timesLogOf(long n) {
    return n * Math.log((double) n) / Math.log(2);
  }
}
