package dev.litegraft.runtime;

import java.util.List;

/**
 * What a model answered: one named output, at full float precision.
 *
 * @param name its name in the signature
 * @param shape [1, labels], [1, d], or [1, t, labels] of the tokens that were given, without those
 *     that were padded
 * @param values the numbers, row-major
 */
public record RawOutput(String name, List<Integer> shape, float[] values) {
  public RawOutput {
    shape = List.copyOf(shape);
  }
}
