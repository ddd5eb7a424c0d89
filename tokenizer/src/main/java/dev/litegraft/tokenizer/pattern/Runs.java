package dev.litegraft.tokenizer.pattern;

import java.util.Arrays;

/**
 * How far the code points of a set go on from a place in a text. The last run of each instruction
 * is kept, so that a run is not walked through again from each place within it.
 */
final class Runs {
  private final int[] points;
  private final int to;
  private final int[] starts; // [instruction]: the last run of its set; -1 for none
  private final int[] ends;

  Runs(int instructions, int[] points, int to) {
    this.points = points;
    this.to = to;
    this.starts = new int[instructions];
    this.ends = new int[instructions];
    Arrays.fill(starts, -1);
  }

  /** Where the run of an instruction's set that begins at a place ends. */
  int end(int instruction, CharSet set, int at) {
    if (at >= starts[instruction] && at < ends[instruction]) {
      return ends[instruction];
    }
    int run = at;
    int knownStart = starts[instruction];
    while (run < to && set.contains(points[run])) {
      run = run == knownStart ? ends[instruction] : run + 1; // a known run goes on from here
    }
    if (run > at) {
      starts[instruction] = at;
      ends[instruction] = run;
    }
    return run;
  }
}
