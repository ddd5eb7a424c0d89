package dev.litegraft.benchmarks.peers;

import java.util.Arrays;

/** Answers rows of tokens. */
interface RowEngine extends Engine {
  /** Calls of a turn, however long they take. */
  int FEWEST_CALLS = 2;

  /** An output of more numbers a token is the tokens' vectors. */
  int MOST_LABELS = 100;

  /**
   * The numbers that a row of tokens, all of which are attended, gets: those of the model's output.
   *
   * @throws Exception of the engine
   */
  float[] answer(int[] ids) throws Exception;

  /** {@code row TOKENS VOCABULARY MS} or {@code numbers TOKENS VOCABULARY}. */
  @Override
  default double[] obey(String... words) throws Exception {
    switch (words[0]) {
      case "row" -> {
        return times(ids(words[1], words[2]), Long.parseLong(words[3]) * 1_000_000);
      }
      case "numbers" -> {
        int[] ids = ids(words[1], words[2]);
        return oneVector(answer(ids), ids.length);
      }
      default -> throw new IllegalArgumentException(Arrays.toString(words));
    }
  }

  private static int[] ids(String tokens, String vocabulary) {
    int[] ids = new int[Integer.parseInt(tokens)];
    int most = Integer.parseInt(vocabulary) - 3;
    Arrays.setAll(ids, i -> 3 + i * 7919 % most);
    return ids;
  }

  /** Milliseconds of calls for a while; the first is not counted: caches are another's then. */
  private double[] times(int[] ids, long nanoseconds) throws Exception {
    answer(ids);
    double[] times = new double[FEWEST_CALLS];
    int calls = 0;
    long begin = System.nanoTime();
    long now = begin;
    while (calls < FEWEST_CALLS || now - begin < nanoseconds) {
      answer(ids);
      long end = System.nanoTime();
      if (calls == times.length) {
        times = Arrays.copyOf(times, 2 * calls);
      }
      times[calls++] = (end - now) / 1e6;
      now = end;
    }
    return Arrays.copyOf(times, calls);
  }

  /** An encoder's vectors of tokens as their mean of length 1; other outputs as they are. */
  private static double[] oneVector(float[] numbers, int tokens) {
    int width = numbers.length / tokens;
    boolean perToken = numbers.length % tokens == 0 && width > MOST_LABELS;
    double[] vector = new double[perToken ? width : numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      vector[i % vector.length] += numbers[i];
    }
    if (perToken) {
      double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
      Arrays.setAll(vector, i -> vector[i] / length);
    }
    return vector;
  }
}
