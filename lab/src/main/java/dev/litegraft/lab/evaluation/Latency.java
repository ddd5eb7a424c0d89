package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.statistics.Interval;
import dev.litegraft.lab.statistics.PairedBootstrap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How long one call takes, with the tokenizer, while nothing else runs here.
 *
 * @param calls how many were timed
 * @param threads of each call
 * @param median in milliseconds
 * @param medianInterval where that lies with 95 % confidence, by the order of the calls
 * @param p95 which 95 % of the calls do not exceed, in milliseconds
 * @param p95Interval where that lies with 95 % confidence, by the order of the calls
 * @param byTokens the same by the number of tokens, in ascending order
 */
public record Latency(
    int calls,
    int threads,
    double median,
    Interval medianInterval,
    double p95,
    Interval p95Interval,
    List<Bucket> byTokens) {
  private static final double Z = 1.959963984540054;
  private static final double TAIL = 0.95;
  private static final int SHORTEST = 16;

  /**
   * Calls whose texts have about as many tokens.
   *
   * @param most tokens that they have
   * @param calls how many
   * @param median in milliseconds
   * @param p95 in milliseconds
   */
  public record Bucket(int most, int calls, double median, double p95) {}

  /** One whose median is known, and not where it lies. */
  public Latency(
      int calls,
      int threads,
      double median,
      double p95,
      Interval p95Interval,
      List<Bucket> byTokens) {
    this(calls, threads, median, new Interval(median, median), p95, p95Interval, byTokens);
  }

  static Latency of(List<Task.Reply> replies, int threads) {
    double[] all = sorted(replies);
    List<Bucket> buckets = new ArrayList<>();
    int longest = replies.stream().mapToInt(Task.Reply::tokens).max().orElse(0);
    for (int below = 0, most = SHORTEST; below < longest; below = most, most *= 2) {
      int from = below;
      int to = most;
      double[] own =
          sorted(replies.stream().filter(r -> r.tokens() > from && r.tokens() <= to).toList());
      if (own.length > 0) {
        buckets.add(
            new Bucket(
                most,
                own.length,
                PairedBootstrap.quantile(own, 0.5),
                PairedBootstrap.quantile(own, TAIL)));
      }
    }
    return new Latency(
        all.length,
        threads,
        PairedBootstrap.quantile(all, 0.5),
        interval(all, 0.5),
        PairedBootstrap.quantile(all, TAIL),
        interval(all, TAIL),
        buckets);
  }

  private static double[] sorted(List<Task.Reply> replies) {
    return replies.stream()
        .map(Task.Reply::milliseconds)
        .sorted(Comparator.naturalOrder())
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** The order statistics between which a quantile lies, by the normal approximation. */
  private static Interval interval(double[] sorted, double part) {
    double n = sorted.length;
    double half = Z * Math.sqrt(n * part * (1 - part));
    int low = (int) Math.max(0, Math.floor(n * part - half) - 1);
    int high = (int) Math.min(n - 1, Math.ceil(n * part + half) - 1);
    return new Interval(sorted[low], sorted[high]);
  }
}
