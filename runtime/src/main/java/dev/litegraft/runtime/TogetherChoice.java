package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether texts of one length are answered together, where a file has a signature for that, or one
 * after the other. Together a large model's weights are read once for all of them; of a small one's
 * longer texts nothing is gained, and a little lost. So that is measured, for each range of lengths
 * by itself, with texts that had to be answered anyway, and again from time to time.
 */
final class TogetherChoice {
  /** So many numbers of tokens are one range. */
  private static final int RANGE = 8;

  /** Texts of a range that are compared: so many times each way, without the first. */
  private static final int COMPARED = 4;

  /** What a text takes besides its tokens, in tokens. */
  private static final int BESIDES = 8;

  /** After so many times it is measured again. */
  private static final int PAUSE = 256;

  /** Of a range of lengths. */
  private static final class Range {
    private final List<Double> together = new ArrayList<>();
    private final List<Double> alone = new ArrayList<>();
    private boolean measuring = true;
    private boolean chosen = true;
    private int times;

    boolean next() {
      if (!measuring && times >= PAUSE) {
        measuring = true;
        times = 0;
      }
      times++;
      return measuring ? times % 2 == 1 : chosen;
    }

    void took(boolean wereTogether, double each) {
      if (!measuring) {
        return; // Another thread asked before this was known.
      }
      (wereTogether ? together : alone).add(each);
      if (together.size() > COMPARED && alone.size() > COMPARED) {
        chosen = typical(together) < typical(alone);
        measuring = false;
        together.clear();
        alone.clear();
        times = 0;
      }
    }

    /** The median of all but the first: who was not asked for a while begins slowly. */
    private static double typical(List<Double> times) {
      return times.stream().skip(1).sorted().toList().get((times.size() - 1) / 2);
    }
  }

  private final Map<Integer, Range> ranges = new HashMap<>();

  private Range range(int tokens) {
    return ranges.computeIfAbsent((tokens - 1) / RANGE, first -> new Range());
  }

  /** Whether the next texts of this length are to be answered together. */
  synchronized boolean next(int tokens) {
    return range(tokens).next();
  }

  /** Whether texts of this length are answered together, as far as that is known. */
  synchronized boolean pays(int tokens) {
    return range(tokens).chosen;
  }

  /**
   * How long texts took.
   *
   * @param nanoseconds of a text
   */
  synchronized void took(boolean together, int tokens, double nanoseconds) {
    range(tokens).took(together, nanoseconds / (tokens + BESIDES));
  }
}
