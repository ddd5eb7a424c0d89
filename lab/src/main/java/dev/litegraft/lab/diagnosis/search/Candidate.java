package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.Dial;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A hypothesis that was tried, and how far the model under it is from the file.
 *
 * @param distance on the rows of the screen; the largest difference on all rows where these are
 *     explained
 * @param explains whether nothing but noise remains, on all rows
 * @param dial the dial that it came from
 * @param value the dial's value; NaN without a dial
 */
public record Candidate(
    Hypothesis hypothesis, Distance distance, boolean explains, Optional<Dial> dial, double value) {
  /** The nearest first. */
  public static void sort(List<Candidate> candidates) {
    candidates.sort(Comparator.comparingDouble(c -> c.distance().score()));
  }

  public String setting() {
    return hypothesis.setting();
  }
}
