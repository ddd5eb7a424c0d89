package dev.litegraft.quantize;

import java.util.Optional;

/** Between which numbers values of a graph lay while a model read texts. */
public interface SeenRanges {
  /**
   * The range of each channel: an index of the last dimension.
   *
   * @param least the least number of each
   * @param largest the largest number of each
   */
  record Range(float[] least, float[] largest) {}

  /** The range of a value, by its name; absent for one that was not seen. */
  Optional<Range> range(String value);
}
