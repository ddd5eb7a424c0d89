package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.List;

/**
 * How the whole numbers of a value stand for others: {@code scale · (q − zero point)}. Any value
 * can have one, activations too. A constant whose scales are found while it is written has none:
 * its {@link Storage} says how many it will have.
 */
public sealed interface Quantization {
  /**
   * Checks that this can be the quantization of such a value.
   *
   * @throws GraphException that names the value
   */
  void requireFits(Value value);

  /**
   * Scales that are known: one, or one an index of a dimension.
   *
   * @param scales positive
   * @param zeroPoints as many
   * @param dimension that several scales belong to
   */
  record Affine(List<Float> scales, List<Long> zeroPoints, int dimension) implements Quantization {
    public Affine {
      scales = List.copyOf(scales);
      zeroPoints = List.copyOf(zeroPoints);
    }

    /** One scale and zero point for all numbers. */
    public static Affine of(float scale, long zeroPoint) {
      return new Affine(List.of(scale), List.of(zeroPoint), 0);
    }

    @Override
    public void requireFits(Value value) {
      Shape shape = value.shape();
      boolean known = dimension >= 0 && dimension < Math.max(shape.rank(), 1);
      boolean counted =
          scales.size() == 1
              || (known && !scales.isEmpty() && scales.size() == shape.dim(dimension));
      require(known && counted, value, scales.size() + " scales for dimension " + dimension);
      require(
          zeroPoints.size() == scales.size(),
          value,
          scales.size() + " scales and " + zeroPoints.size() + " zero points");
      require(
          scales.stream().allMatch(scale -> scale > 0 && scale < Float.POSITIVE_INFINITY),
          value,
          "scales that are not positive and finite");
      require(!value.dtype().isFloat(), value, "a quantization and a floating type");
    }
  }

  /**
   * A scale for every so many numbers of a row; the scales are a tensor of their own.
   *
   * @param scales a constant, f16 [rows, columns / size]
   * @param size numbers of a block
   */
  record Blocks(Value scales, int size) implements Quantization {
    @Override
    public void requireFits(Value value) {
      Shape shape = value.shape();
      require(
          value.isConstant() && shape.rank() == 2 && !value.dtype().isFloat(),
          value,
          "blocks, which only matrices of whole numbers in the file can have");
      require(
          size > 0 && shape.dim(1) % size == 0,
          value,
          "blocks of " + size + ", into which its rows cannot be cut");
      require(
          scales.isConstant()
              && scales.dtype() == DType.F16
              && scales.shape().equals(Shape.of(shape.dim(0), shape.dim(1) / size)),
          value,
          "blocks of " + size + " and scales " + scales);
    }
  }

  private static void require(boolean holds, Value value, String what) {
    if (!holds) {
      throw new GraphException("a value has " + what, value.toString());
    }
  }
}
