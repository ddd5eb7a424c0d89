package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether one thread or several answer a call. Several are faster where cores are free and there is
 * enough to do; where others want the cores they wait for each other, up to three times as long as
 * one takes. So that is measured: over some of the first calls, never before the first answer, and
 * again from time to time, each time with calls that had to be made anyway.
 */
final class ThreadChoice {
  /** Who answers. */
  enum Way {
    ONE,
    SEVERAL
  }

  /** What a measurement counts: calls of about the same length, one of each way. */
  private static final int PAIRS = 5;

  private static final int LONGEST_MEASUREMENT = 32;

  /** So many pairs are enough where several are far slower. */
  private static final int ENOUGH = 2;

  private static final double FAR_SLOWER = 1.4;

  /** Several threads must be worth their cores. */
  private static final double WORTH = 0.9;

  private static final int FIRST_PAUSE = 128;
  private static final int LONGEST_PAUSE = 2048;

  /** Calls in a row that take so much longer than when several threads were chosen. */
  private static final int SUSPICIOUS = 4;

  private static final double SLOWER = 1.5;
  private static final int SHORTEST_PAUSE = 32;

  /** What a call takes besides its tokens, in tokens. */
  private static final int BESIDES = 8;

  private record Call(Way way, int tokens, long nanoseconds) {
    double each() {
      return (double) nanoseconds / (tokens + BESIDES);
    }

    boolean isComparable(Call other) {
      int longer = Math.max(tokens, other.tokens);
      return way != other.way && Math.abs(tokens - other.tokens) <= Math.max(2, longer / 8);
    }
  }

  private final List<Call> alone = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private final List<Double> ofSeveral = new ArrayList<>();
  private Way chosen = Way.ONE;
  private boolean measuring = true;
  private boolean warm;
  private int pause = FIRST_PAUSE;
  private int calls;

  /** What a token took several threads when they were chosen. */
  private double usual;

  private int slower;

  /** Who answers the next call. */
  synchronized Way next() {
    calls++;
    if (!measuring && (calls > pause || slower >= SUSPICIOUS)) {
      pause = slower >= SUSPICIOUS ? FIRST_PAUSE : pause;
      measuring = true;
      warm = false;
      calls = 1;
    }
    if (!measuring) {
      return chosen;
    }
    return calls % 2 == 1 ? Way.ONE : Way.SEVERAL;
  }

  /** How long a call took, in which nobody waited for an interpreter. */
  synchronized void took(Way way, int tokens, long nanoseconds) {
    Call call = new Call(way, tokens, nanoseconds);
    if (!measuring) {
      boolean slow = way == Way.SEVERAL && calls > SHORTEST_PAUSE && call.each() > SLOWER * usual;
      slower = slow ? slower + 1 : 0;
      return;
    }
    pair(call);
    boolean slow = ratios.size() >= ENOUGH && ratios.stream().allMatch(ratio -> ratio > FAR_SLOWER);
    if (slow || ratios.size() == PAIRS || calls >= LONGEST_MEASUREMENT) {
      decide();
    }
  }

  private void pair(Call call) {
    for (Call other : alone) {
      if (call.isComparable(other)) {
        alone.remove(other);
        boolean several = call.way() == Way.SEVERAL;
        double ratio = several ? call.each() / other.each() : other.each() / call.each();
        if (warm) {
          ratios.add(ratio);
          ofSeveral.add(several ? call.each() : other.each());
        }
        warm = true; // Who has not answered for a while begins slowly.
        return;
      }
    }
    alone.add(call);
  }

  private void decide() {
    Way before = chosen;
    if (!ratios.isEmpty()) {
      chosen = median(ratios) < WORTH ? Way.SEVERAL : Way.ONE;
      usual = median(ofSeveral);
    }
    pause = chosen == before ? Math.min(LONGEST_PAUSE, 2 * pause) : FIRST_PAUSE;
    measuring = false;
    calls = 0;
    alone.clear();
    ratios.clear();
    ofSeveral.clear();
    slower = 0;
  }

  private static double median(List<Double> numbers) {
    return numbers.stream().sorted().toList().get(numbers.size() / 2);
  }
}
