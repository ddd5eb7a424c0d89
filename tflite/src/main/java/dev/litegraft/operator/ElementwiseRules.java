package dev.litegraft.operator;

import static dev.litegraft.operator.OperatorUse.require;

import dev.litegraft.tensor.DType;
import java.util.Arrays;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators that make a number of the numbers at the same place. */
final class ElementwiseRules {
  /** kTfLiteActNone, Relu, ReluN1To1, Relu6: what every kernel knows. */
  private static final int MOST_ACTIVATION = 3;

  /** The kernel of ADD shifts int8 numbers by so much before it scales them. */
  private static final double ADD_SHIFT = 1 << 20;

  private ElementwiseRules() {}

  /** The same type and shape. */
  static Operand[] unary(OperatorUse use) {
    Operand x = use.in(0);
    requireScale(x);
    requireScale(use.out(0), x.type());
    return use.makes(x.type(), x.dims());
  }

  static Operand[] leakyRelu(OperatorUse use) {
    require(Float.isFinite(use.real("alpha")), () -> "has a slope of " + use.real("alpha"));
    return unary(use);
  }

  static Operand[] softmax(OperatorUse use) {
    float beta = use.real("beta");
    require(beta > 0 && Float.isFinite(beta), () -> "has a factor of " + beta);
    return unary(use);
  }

  static OperatorSpec.Rule binary(int mostDimensions) {
    return use -> binary(use, mostDimensions, null);
  }

  static OperatorSpec.Rule binary(int mostDimensions, LongBinaryOperator known) {
    return use -> binary(use, mostDimensions, known);
  }

  /** int8 numbers of ADD and SUB are brought to one scale, which must be near the result's. */
  static OperatorSpec.Rule sum(int mostDimensions, LongBinaryOperator known) {
    return use -> {
      if (use.in(0).type() == DType.I8 && use.in(1).type() == DType.I8) {
        double scale = 2.0 * Math.max(use.in(0).scaling().first(), use.in(1).scaling().first());
        double made = use.out(0).scaling().first();
        require(
            scale < ADD_SHIFT * made,
            () -> "makes numbers of scale " + made + " of ones of " + scale);
      }
      return binary(use, mostDimensions, known);
    };
  }

  private static Operand[] binary(
      OperatorUse use, int mostDimensions, @Nullable LongBinaryOperator known) {
    activation(use);
    Operand a = use.in(0);
    Operand b = use.in(1);
    require(a.type() == b.type(), () -> "takes two of one type, not " + a + " and " + b);
    requireScale(a);
    requireScale(b);
    requireScale(use.out(0), a.type());
    int[] dims = OperatorUse.broadcast(a.dims(), b.dims(), mostDimensions);
    Operand made = use.result(0, a.type(), dims);
    return new Operand[] {made.with(fold(a, b, made, known))};
  }

  /** Whole numbers are divided by what is in the file, and neither by 0 nor by −1. */
  static OperatorSpec.Rule division(int mostDimensions, LongBinaryOperator known) {
    return use -> {
      if (use.in(0).type() != DType.F32) {
        require(
            Arrays.stream(use.known(1)).allMatch(n -> n > 0),
            () -> "divides whole numbers by ones that are not all positive: " + use.in(1));
      }
      return binary(use, mostDimensions, known);
    };
  }

  static Operand[] comparison(OperatorUse use) {
    return compared(use, null);
  }

  static Operand[] equal(OperatorUse use) {
    return compared(use, (a, b) -> a == b ? 1 : 0);
  }

  private static Operand[] compared(OperatorUse use, @Nullable LongBinaryOperator known) {
    Operand a = use.in(0);
    Operand b = use.in(1);
    require(a.type() == b.type(), () -> "takes two of one type, not " + a + " and " + b);
    Operand made = use.result(0, DType.BOOL, OperatorUse.broadcast(a.dims(), b.dims(), 4));
    return new Operand[] {made.with(fold(a, b, made, known))};
  }

  private static long @Nullable [] fold(
      Operand a, Operand b, Operand made, @Nullable LongBinaryOperator known) {
    long[] left = a.numbers();
    long[] right = b.numbers();
    if (known == null || left == null || right == null || made.rank() > 1) {
      return null;
    }
    long[] numbers = new long[(int) made.elements()];
    for (int i = 0; i < numbers.length; i++) {
      long n = known.applyAsLong(left[left.length == 1 ? 0 : i], right[right.length == 1 ? 0 : i]);
      if (n != (int) n) {
        return null; // A kernel would wrap around.
      }
      numbers[i] = n;
    }
    return numbers;
  }

  static Operand[] select(OperatorUse use) {
    Operand condition = use.in(0);
    Operand x = use.in(1);
    Operand y = use.in(2);
    require(x.type() == y.type(), () -> "takes two of one type, not " + x + " and " + y);
    require(
        Arrays.equals(x.dims(), y.dims()), () -> "takes two of one shape, not " + x + " and " + y);
    boolean rows =
        condition.rank() == 0
            || (condition.rank() == 1 && x.rank() > 0 && condition.dim(0) == x.dim(0));
    require(
        rows || Arrays.equals(condition.dims(), x.dims()),
        () -> "takes a condition of one shape: " + x);
    return use.makes(x.type(), x.dims());
  }

  static Operand[] selectBroadcast(OperatorUse use) {
    Operand x = use.in(1);
    Operand y = use.in(2);
    require(x.type() == y.type(), () -> "takes two of one type, not " + x + " and " + y);
    int[] dims = OperatorUse.broadcast(x.dims(), y.dims(), 5);
    dims = OperatorUse.broadcast(use.in(0).dims(), dims, 5);
    Operand made = use.result(0, x.type(), dims);
    long[] which = use.in(0).numbers();
    long[] left = x.numbers();
    long[] right = y.numbers();
    if (which == null || left == null || right == null || dims.length > 1) {
      return new Operand[] {made};
    }
    long[] numbers = new long[(int) made.elements()];
    for (int i = 0; i < numbers.length; i++) {
      long[] from = which[which.length == 1 ? 0 : i] != 0 ? left : right;
      numbers[i] = from[from.length == 1 ? 0 : i];
    }
    return new Operand[] {made.with(numbers)};
  }

  static Operand[] cast(OperatorUse use) {
    Operand x = use.in(0);
    Operand made = use.result(0, use.out(0).type(), x.dims());
    long[] numbers = x.numbers();
    boolean whole = made.type() == DType.I32 || made.type() == DType.I64;
    boolean fits = numbers != null && whole && Arrays.stream(numbers).allMatch(n -> n == (int) n);
    return new Operand[] {made.with(fits ? numbers : null)};
  }

  /** f16, and whole numbers with scales, as f32. */
  static Operand[] dequantize(OperatorUse use) {
    Operand x = use.in(0);
    require(
        x.type() == DType.F16 || x.scaling().count() > 0 || x.scaling().block() > 0,
        () -> "takes numbers with scales, not " + x);
    return use.makes(DType.F32, x.dims());
  }

  static Operand[] quantize(OperatorUse use) {
    Operand x = use.in(0);
    DType type = use.out(0).type();
    require(type == DType.I8 || type == DType.U8 || type == DType.I16, () -> "makes " + use.out(0));
    requireScale(x);
    requireScale(use.out(0), type);
    return use.makes(type, x.dims());
  }

  /** A fused activation that every kernel knows. */
  static void activation(OperatorUse use) {
    int activation = use.option("fused_activation_function");
    require(
        activation >= 0 && activation <= MOST_ACTIVATION,
        () -> "has a fused activation of number " + activation);
  }

  private static void requireScale(Operand operand) {
    requireScale(operand, operand.type());
  }

  /** Numbers in int8 that are computed with have one scale. */
  static void requireScale(Operand operand, DType type) {
    boolean small = type == DType.I8 || type == DType.U8 || type == DType.I16;
    require(
        !small || operand.scaling().count() == 1,
        () -> "takes numbers of one scale, not " + operand);
  }
}
