package dev.litegraft.benchmarks.minilm;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How near vectors are to those of f32.
 *
 * @param mean of the cosines
 * @param least of the cosines
 * @param largest difference of a number
 * @param nearest of each text's ten nearest ones, the part that is as near in f32 as the tenth
 *     there: texts that differ in case alone have one vector, and which of them comes first says
 *     nothing
 */
record Nearness(double mean, double least, double largest, double nearest) {
  private static final int NEIGHBOURS = 10;
  private static final double TIE = 1e-6;

  /** Vectors of length 1. */
  static Nearness of(List<float[]> f32, List<float[]> other) {
    int n = f32.size();
    double[] cosines =
        IntStream.range(0, n).mapToDouble(i -> cosine(f32.get(i), other.get(i))).toArray();
    double largest = 0;
    long same = 0;
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < f32.get(i).length; d++) {
        largest = Math.max(largest, Math.abs(f32.get(i)[d] - other.get(i)[d]));
      }
      int text = i;
      double tenth = cosine(f32.get(i), f32.get(nearest(f32, i)[NEIGHBOURS - 1]));
      same +=
          Arrays.stream(nearest(other, i))
              .filter(j -> cosine(f32.get(text), f32.get(j)) >= tenth - TIE)
              .count();
    }
    return new Nearness(
        Arrays.stream(cosines).average().orElseThrow(),
        Arrays.stream(cosines).min().orElseThrow(),
        largest,
        (double) same / n / NEIGHBOURS);
  }

  private static int[] nearest(List<float[]> vectors, int text) {
    return IntStream.range(0, vectors.size())
        .filter(j -> j != text)
        .boxed()
        .sorted(
            (a, b) ->
                Double.compare(
                    cosine(vectors.get(text), vectors.get(b)),
                    cosine(vectors.get(text), vectors.get(a))))
        .limit(NEIGHBOURS)
        .mapToInt(j -> j)
        .toArray();
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}
