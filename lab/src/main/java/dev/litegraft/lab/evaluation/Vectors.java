package dev.litegraft.lab.evaluation;

import dev.litegraft.facts.Similarity;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Vectors, and which of them are near each other. */
final class Vectors {
  private Vectors() {}

  static double similarity(Similarity how, double[] a, double[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    double distance = 0;
    double manhattan = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
      distance += (a[i] - b[i]) * (a[i] - b[i]);
      manhattan += Math.abs(a[i] - b[i]);
    }
    return switch (how) {
      case COSINE -> aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
      case DOT -> dot;
      case EUCLIDEAN -> -Math.sqrt(distance);
      case MANHATTAN -> -manhattan;
    };
  }

  static double cosine(double[] a, double[] b) {
    return similarity(Similarity.COSINE, a, b);
  }

  /** The best of many, as they come; of equal ones those that came first. */
  static final class Best {
    private record Found(int index, double score) {}

    private static final Comparator<Found> WORST_FIRST =
        Comparator.comparingDouble(Found::score)
            .thenComparing(Comparator.comparingInt(Found::index).reversed());

    private final int most;
    private final PriorityQueue<Found> found = new PriorityQueue<>(WORST_FIRST);

    Best(int most) {
      this.most = most;
    }

    void offer(int index, double score) {
      if (found.size() == most) {
        Found worst = found.element();
        if (score <= worst.score()) {
          return;
        }
        found.remove();
      }
      found.add(new Found(index, score));
    }

    /** The best one first. */
    int[] indices() {
      return found.stream().sorted(WORST_FIRST.reversed()).mapToInt(Found::index).toArray();
    }
  }

  /** The part of the first ten that others have among theirs, too. */
  static double overlap(int[] first, int[] second, int most) {
    int n = Math.min(most, first.length);
    int same = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < Math.min(most, second.length); j++) {
        same += first[i] == second[j] ? 1 : 0;
      }
    }
    return n == 0 ? Double.NaN : (double) same / n;
  }
}
