package dev.litegraft.lab.evaluation;

import dev.litegraft.facts.Similarity;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/** Vectors, and which of them are near each other. */
final class Vectors {
  private Vectors() {}

  static double similarity(Similarity how, double[] a, double[] b) {
    return switch (how) {
      case COSINE -> cosine(a, b);
      case DOT -> dot(a, b);
      case EUCLIDEAN, MANHATTAN -> {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
          double off = Math.abs(a[i] - b[i]);
          sum += how == Similarity.MANHATTAN ? off : off * off;
        }
        yield how == Similarity.MANHATTAN ? -sum : -Math.sqrt(sum);
      }
    };
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The cosine of the angle between them; 0 where one of them has no direction. */
  static double cosine(double[] a, double[] b) {
    double product = dot(a, a) * dot(b, b);
    return product == 0 ? 0 : dot(a, b) / Math.sqrt(product);
  }

  /**
   * Why what is found among so few texts is no agreement; absent of enough. Of 20 others the ten
   * nearest are half, so that vectors that have nothing in common share five of them; of ten all.
   *
   * @param most how many are found
   * @param among how many texts, none of which is another's equal
   * @param needed how many there must be
   */
  static Optional<String> whyNoAgreement(int most, int among, int needed) {
    return among >= needed
        ? Optional.empty()
        : Optional.of(
            "there "
                + (among == 1 ? "is one text" : "are " + among + " different texts")
                + ", and the "
                + most
                + " nearest are the same by chance among fewer than "
                + needed);
  }

  /** How near each vector is to another file's of the same width. */
  static Map<String, Double> cosines(NumberStore first, NumberStore second) {
    double sum = 0;
    double least = 1;
    for (int i = 0; i < second.rows(); i++) {
      double cosine = cosine(first.row(i), second.row(i));
      sum += cosine;
      least = Math.min(least, cosine);
    }
    return cosines(sum / second.rows(), least);
  }

  /** As a comparison shows them. */
  static Map<String, Double> cosines(double mean, double least) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("cosine_mean", mean);
    numbers.put("cosine_min", least);
    return numbers;
  }

  /**
   * How many of those are in no agreement of which it is undecided which are the nearest, and why.
   */
  static Optional<String> leftOut(double[] overlaps, String items, int most) {
    return Task.Beside.leftOut(
        Arrays.stream(overlaps).filter(Double::isNaN).count(),
        overlaps.length,
        items,
        "in one of the files number "
            + most
            + " of the nearest is as near as number "
            + (most + 1)
            + ", and the order of the data is no reason for either");
  }

  /**
   * What is nearest, the best one first.
   *
   * @param indices which ones, [found]
   * @param scores how near each is, [found]
   * @param left how many were not kept that are as near as the last one
   */
  record Nearest(int[] indices, double[] scores, int left) {
    /** Whether something is as near as the last of the first {@code most}, and not among them. */
    private boolean isUndecided(int most) {
      return indices.length > most ? scores[most] == scores[most - 1] : left > 0;
    }

    /**
     * The part of the first ones that are another file's first ones, too; NaN where there are none,
     * and where only the order of the data says which they are.
     */
    double overlap(Nearest other, int most) {
      if (isUndecided(most) || other.isUndecided(most)) {
        return Double.NaN;
      }
      int n = Math.min(most, indices.length);
      Set<Integer> others =
          Arrays.stream(other.indices).limit(most).boxed().collect(Collectors.toSet());
      return n == 0
          ? Double.NaN
          : (double) Arrays.stream(indices).limit(n).filter(others::contains).count() / n;
    }
  }

  /** The best of many, as they come; of equal ones those that came first. */
  static final class Best {
    private record Found(int index, double score) {}

    private static final Comparator<Found> WORST_FIRST =
        Comparator.comparingDouble(Found::score)
            .thenComparing(Comparator.comparingInt(Found::index).reversed());

    private final int most;
    private final PriorityQueue<Found> found = new PriorityQueue<>(WORST_FIRST);

    /** How many were offered as good as the worst that is kept, and are not kept. */
    private int left;

    Best(int most) {
      this.most = most;
    }

    void offer(int index, double score) {
      if (found.size() == most) {
        Found worst = found.element();
        if (score <= worst.score()) {
          left += score == worst.score() ? 1 : 0;
          return;
        }
        found.remove();
        found.add(new Found(index, score));
        left = found.element().score() == worst.score() ? left + 1 : 0;
        return;
      }
      found.add(new Found(index, score));
    }

    Nearest nearest() {
      List<Found> sorted = found.stream().sorted(WORST_FIRST.reversed()).toList();
      return new Nearest(
          sorted.stream().mapToInt(Found::index).toArray(),
          sorted.stream().mapToDouble(Found::score).toArray(),
          left);
    }
  }
}
