package dev.litegraft.operator;

import static dev.litegraft.tensor.DType.BOOL;
import static dev.litegraft.tensor.DType.F16;
import static dev.litegraft.tensor.DType.F32;
import static dev.litegraft.tensor.DType.I16;
import static dev.litegraft.tensor.DType.I32;
import static dev.litegraft.tensor.DType.I4;
import static dev.litegraft.tensor.DType.I64;
import static dev.litegraft.tensor.DType.I8;
import static dev.litegraft.tensor.DType.U8;

import dev.litegraft.operator.OperatorSpec.Presence;
import dev.litegraft.operator.OperatorSpec.Rule;
import dev.litegraft.tensor.DType;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * THE specification of the operators that may reach native code: how many inputs, which of them may
 * be absent, of which types and ranks, with which options, and what comes out. All that Litegraft
 * writes is here, and what TensorFlow's converter and other exporters write of text models, as far
 * as it can be checked before it runs.
 *
 * <p>LiteRT's kernels trust much of a file: axes, sizes of slices, divisors, options that are
 * there. So whatever is not in this table, or does not follow its rule, is refused; see {@code
 * docs/security.md}. Left out on purpose: operators that call other graphs (IF, WHILE, CALL_ONCE),
 * that keep a state, whose results have a size that depends on data (WHERE, UNIQUE), custom ones.
 *
 * <p>Rules are strict where a kernel is not, and never say more than: this will not read or write
 * outside of its tensors, divide by zero, or end the process.
 *
 * <p>Source: {@code Prepare} of the kernels in {@code tensorflow/lite/kernels/}, and what crafted
 * files made them do.
 */
public final class OperatorTable {
  private static final Set<DType> REAL = EnumSet.of(F32, I8);
  private static final Set<DType> FLOAT = EnumSet.of(F32);
  private static final Set<DType> NUMBER = EnumSet.of(F32, I32, I64);
  private static final Set<DType> ARITHMETIC = EnumSet.of(F32, I32, I64, I8);
  private static final Set<DType> INDEX = EnumSet.of(I32, I64);
  private static final Set<DType> INT32 = EnumSet.of(I32);
  private static final Set<DType> FLAG = EnumSet.of(BOOL);
  private static final Set<DType> ANY = EnumSet.of(F32, I32, I64, BOOL, I8, U8, I16);
  private static final Set<DType> LOOKED_UP = EnumSet.of(F32, F16, I32, I64, BOOL, I8, U8, I16, I4);
  private static final Set<DType> SHIFTED = EnumSet.of(F32, I32, I64, I8, BOOL);
  private static final int MOST = OperatorUse.MOST_DIMENSIONS;

  private static final Map<String, OperatorSpec> TABLE = new TreeMap<>();

  static {
    functions();
    arithmetic();
    comparisons();
    matrices();
    lookUps();
    moves();
    shapes();
  }

  private OperatorTable() {}

  /** The operator of this name, if the table vouches for any use of it. */
  public static Optional<OperatorSpec> find(String name) {
    return Optional.ofNullable(TABLE.get(name));
  }

  /** Every operator, by name. */
  public static Collection<OperatorSpec> all() {
    return Collections.unmodifiableCollection(TABLE.values());
  }

  private static void functions() {
    Rule same = ElementwiseRules::unary;
    add(op("ABS").in(ARITHMETIC).options(OptionTable.ABS).rule(same));
    add(op("CEIL").in(FLOAT).rule(same));
    add(op("COS").in(FLOAT).options(OptionTable.COS).rule(same));
    add(op("ELU").in(REAL).rule(same));
    add(op("EXP").in(REAL).options(OptionTable.EXP).rule(same));
    add(op("FLOOR").in(FLOAT).rule(same));
    add(op("GELU").in(REAL).options(OptionTable.GELU).rule(same));
    add(op("HARD_SWISH").in(REAL).options(OptionTable.HARD_SWISH).rule(same));
    add(
        op("LEAKY_RELU")
            .in(REAL)
            .options(OptionTable.LEAKY_RELU)
            .rule(ElementwiseRules::leakyRelu));
    add(op("LOG").in(REAL).rule(same));
    add(op("LOGICAL_NOT").in(FLAG).options(OptionTable.LOGICAL_NOT).rule(same));
    add(op("LOGISTIC").in(REAL).rule(same));
    add(op("LOG_SOFTMAX").in(REAL, 1, MOST).options(OptionTable.LOG_SOFTMAX).rule(same));
    add(op("NEG").in(NUMBER).options(OptionTable.NEG).rule(same));
    add(op("RELU").in(REAL).rule(same));
    add(op("RELU6").in(REAL).rule(same));
    add(op("RELU_0_TO_1").in(REAL).rule(same));
    add(op("RELU_N1_TO_1").in(REAL).rule(same));
    add(op("ROUND").in(FLOAT).rule(same));
    add(op("RSQRT").in(REAL).rule(same));
    add(op("SIGN").in(FLOAT).options(OptionTable.SIGN).rule(same));
    add(op("SIN").in(FLOAT).rule(same));
    add(op("SOFTMAX").in(REAL, 1, 4).options(OptionTable.SOFTMAX).rule(ElementwiseRules::softmax));
    add(op("SQRT").in(FLOAT).rule(same));
    add(op("SQUARE").in(FLOAT).options(OptionTable.SQUARE).rule(same));
    add(op("TANH").in(REAL).rule(same));
    add(op("ZEROS_LIKE").in(NUMBER).options(OptionTable.ZEROS_LIKE).rule(same));
    add(
        op("CAST")
            .in(EnumSet.of(F32, F16, I64, I32, I16, I8, U8, BOOL))
            .options(OptionTable.CAST)
            .rule(ElementwiseRules::cast));
    add(
        op("DEQUANTIZE")
            .in(EnumSet.of(F16, I16, I8, U8, I4))
            .options(OptionTable.DEQUANTIZE)
            .rule(ElementwiseRules::dequantize));
    add(
        op("QUANTIZE")
            .in(EnumSet.of(F32, I16, I8, U8))
            .options(OptionTable.QUANTIZE)
            .rule(ElementwiseRules::quantize));
  }

  // The number is the most dimensions that the kernel's loops for broadcasting can count through.
  private static void arithmetic() {
    two("ADD", ARITHMETIC, OptionTable.ADD, ElementwiseRules.sum(6, Long::sum));
    two("SUB", ARITHMETIC, OptionTable.SUB, ElementwiseRules.sum(5, (a, b) -> a - b));
    two("MUL", ARITHMETIC, OptionTable.MUL, ElementwiseRules.binary(6, (a, b) -> a * b));
    two(
        "DIV",
        EnumSet.of(F32, I32),
        OptionTable.DIV,
        ElementwiseRules.division(5, (a, b) -> a / b));
    two("FLOOR_DIV", NUMBER, OptionTable.FLOOR_DIV, ElementwiseRules.division(4, Math::floorDiv));
    two("FLOOR_MOD", NUMBER, OptionTable.FLOOR_MOD, ElementwiseRules.division(4, Math::floorMod));
    two("MAXIMUM", ARITHMETIC, OptionTable.MAXIMUM_MINIMUM, ElementwiseRules.binary(5, Math::max));
    two("MINIMUM", ARITHMETIC, OptionTable.MAXIMUM_MINIMUM, ElementwiseRules.binary(5, Math::min));
    two("POW", FLOAT, OptionTable.POW, ElementwiseRules.binary(4));
    two(
        "SQUARED_DIFFERENCE",
        EnumSet.of(F32, I32, I8),
        OptionTable.SQUARED_DIFFERENCE,
        ElementwiseRules.binary(4));
    two("LOGICAL_AND", FLAG, OptionTable.LOGICAL_AND, ElementwiseRules.binary(4));
    two("LOGICAL_OR", FLAG, OptionTable.LOGICAL_OR, ElementwiseRules.binary(4));
  }

  private static void comparisons() {
    Set<DType> known = EnumSet.of(F32, I32, I64, BOOL);
    two("EQUAL", known, OptionTable.EQUAL, ElementwiseRules::equal);
    two("NOT_EQUAL", known, OptionTable.NOT_EQUAL, ElementwiseRules::comparison);
    two("GREATER", NUMBER, OptionTable.GREATER, ElementwiseRules::comparison);
    two("GREATER_EQUAL", NUMBER, OptionTable.GREATER_EQUAL, ElementwiseRules::comparison);
    two("LESS", NUMBER, OptionTable.LESS, ElementwiseRules::comparison);
    two("LESS_EQUAL", NUMBER, OptionTable.LESS_EQUAL, ElementwiseRules::comparison);
    add(
        op("SELECT")
            .in(FLAG)
            .in(NUMBER)
            .in(NUMBER)
            .options(OptionTable.SELECT)
            .rule(ElementwiseRules::select));
    add(
        op("SELECT_V2")
            .in(FLAG)
            .in(NUMBER)
            .in(NUMBER)
            .options(OptionTable.SELECT_V2)
            .rule(ElementwiseRules::selectBroadcast));
  }

  private static void matrices() {
    add(
        op("FULLY_CONNECTED")
            .in(REAL, 1, MOST)
            .in(EnumSet.of(F32, I8, I4), 2, 2)
            .in(EnumSet.of(F32, I32), 1, MOST, Presence.ABSENT)
            .options(OptionTable.FULLY_CONNECTED)
            .rule(MatrixRules::fullyConnected));
    add(
        op("BATCH_MATMUL")
            .in(REAL, 2, 5)
            .in(REAL, 2, 5)
            .options(OptionTable.BATCH_MATMUL)
            .rule(MatrixRules::batchMatMul));
    for (String name : new String[] {"MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"}) {
      reduce(name, ARITHMETIC, MatrixRules::reduce);
    }
    reduce("REDUCE_PROD", NUMBER, MatrixRules::product);
    reduce("REDUCE_ANY", FLAG, MatrixRules::reduce);
    reduce("REDUCE_ALL", FLAG, MatrixRules::reduce);
    add(
        op("CUMSUM")
            .in(NUMBER, 1, MOST)
            .in(INT32, 0, 1)
            .options(OptionTable.CUMSUM)
            .rule(MatrixRules::cumsum));
    Set<DType> compared = EnumSet.of(F32, I32, I8, BOOL);
    add(
        op("ARG_MAX")
            .in(compared, 1, MOST)
            .in(INDEX, 0, 1)
            .options(OptionTable.ARG_MAX)
            .rule(MatrixRules::argument));
    add(
        op("ARG_MIN")
            .in(compared, 1, MOST)
            .in(INDEX, 0, 1)
            .options(OptionTable.ARG_MIN)
            .rule(MatrixRules::argument));
    add(
        op("TOPK_V2")
            .in(NUMBER, 1, MOST)
            .in(INT32, 0, 1)
            .outputs(2)
            .options(OptionTable.TOPK_V2)
            .rule(MatrixRules::topK));
    add(
        op("L2_NORMALIZATION")
            .in(FLOAT, 1, 4)
            .options(OptionTable.L2_NORMALIZATION)
            .rule(MatrixRules::l2Normalization));
  }

  private static void lookUps() {
    add(
        op("EMBEDDING_LOOKUP")
            .in(INT32, 1, 1)
            .in(EnumSet.of(F32, I8, I4), 2, 2)
            .rule(IndexRules::embeddingLookup));
    add(
        op("GATHER")
            .in(LOOKED_UP, 1, MOST)
            .in(INDEX)
            .options(OptionTable.GATHER)
            .rule(IndexRules::gather));
    add(
        op("GATHER_ND")
            .in(ANY, 1, MOST)
            .in(INDEX, 1, MOST)
            .options(OptionTable.GATHER_ND)
            .rule(IndexRules::gatherNd));
    add(
        op("SCATTER_ND")
            .in(INT32, 1, MOST)
            .in(NUMBER)
            .in(INT32, 1, 1)
            .options(OptionTable.SCATTER_ND)
            .rule(IndexRules::scatterNd));
    add(
        op("SPARSE_TO_DENSE")
            .in(INDEX, 1, 2) // Of none the kernel counts what is behind the shape.
            .in(INDEX, 1, 1)
            .in(NUMBER, 0, 1)
            .in(NUMBER, 0, 1)
            .options(OptionTable.SPARSE_TO_DENSE)
            .rule(IndexRules::sparseToDense));
    add(
        op("ONE_HOT")
            .in(INDEX)
            .in(INT32, 0, 1)
            .in(NUMBER, 0, 1)
            .in(NUMBER, 0, 1)
            .options(OptionTable.ONE_HOT)
            .rule(IndexRules::oneHot));
  }

  private static void moves() {
    add(
        op("TRANSPOSE")
            .in(ANY, 1, 6)
            .in(INT32, 1, 1)
            .options(OptionTable.TRANSPOSE)
            .rule(MoveRules::transpose));
    add(
        op("SLICE")
            .in(SHIFTED, 1, 5)
            .in(INDEX, 1, 1)
            .in(INDEX, 1, 1)
            .options(OptionTable.SLICE)
            .rule(MoveRules::slice));
    add(
        op("STRIDED_SLICE")
            .in(SHIFTED, 1, 5)
            .in(INT32, 1, 1)
            .in(INT32, 1, 1)
            .in(INT32, 1, 1)
            .options(OptionTable.STRIDED_SLICE)
            .rule(MoveRules::stridedSlice));
    add(
        op("CONCATENATION")
            .many(SHIFTED)
            .options(OptionTable.CONCATENATION)
            .rule(MoveRules::concatenation));
    add(op("PACK").many(SHIFTED).options(OptionTable.PACK).rule(MoveRules::pack));
    add(
        op("UNPACK")
            .in(SHIFTED, 1, 4)
            .outputs(OperatorSpec.ANY)
            .options(OptionTable.UNPACK)
            .rule(MoveRules::unpack));
    add(
        op("SPLIT")
            .in(INT32, 0, 1)
            .in(SHIFTED, 1, MOST)
            .outputs(OperatorSpec.ANY)
            .options(OptionTable.SPLIT)
            .rule(MoveRules::split));
    add(
        op("SPLIT_V")
            .in(SHIFTED, 1, MOST)
            .in(INDEX, 1, 1)
            .in(INT32, 0, 1)
            .outputs(OperatorSpec.ANY)
            .options(OptionTable.SPLIT_V)
            .rule(MoveRules::splitBySizes));
    add(
        op("TILE")
            .in(SHIFTED, 1, MOST)
            .in(INDEX, 1, 1)
            .options(OptionTable.TILE)
            .rule(MoveRules::tile));
    add(
        op("PAD")
            .in(ARITHMETIC, 1, 5)
            .in(INDEX, 2, 2)
            .options(OptionTable.PAD)
            .rule(MoveRules::pad));
    add(
        op("PADV2")
            .in(ARITHMETIC, 1, 5)
            .in(INDEX, 2, 2)
            .in(ARITHMETIC, 0, 1)
            .options(OptionTable.PADV2)
            .rule(MoveRules::pad));
    add(
        op("REVERSE_V2")
            .in(NUMBER, 1, MOST)
            .in(INT32, 1, 1)
            .options(OptionTable.REVERSE_V2)
            .rule(MoveRules::reverse));
  }

  private static void shapes() {
    add(
        op("RESHAPE")
            .in(ANY)
            .in(INT32, 1, 1, Presence.LEFT_OUT)
            .options(OptionTable.RESHAPE)
            .rule(ShapeRules::reshape));
    add(
        op("EXPAND_DIMS")
            .in(ANY)
            .in(INDEX, 0, 1)
            .options(OptionTable.EXPAND_DIMS)
            .rule(ShapeRules::expandDims));
    add(op("SQUEEZE").in(ANY).options(OptionTable.SQUEEZE).rule(ShapeRules::squeeze));
    add(op("SHAPE").in(ANY).options(OptionTable.SHAPE).rule(ShapeRules::shape));
    add(op("RANK").in(ANY).options(OptionTable.RANK).rule(ShapeRules::rank));
    add(
        op("FILL")
            .in(INDEX, 1, 1)
            .in(SHIFTED, 0, 0)
            .options(OptionTable.FILL)
            .rule(ShapeRules::fill));
    add(
        op("RANGE")
            .in(INDEX, 0, 0)
            .in(INDEX, 0, 0)
            .in(INDEX, 0, 0)
            .options(OptionTable.RANGE)
            .rule(ShapeRules::range));
    add(
        op("BROADCAST_TO")
            .in(SHIFTED)
            .in(INDEX, 1, 1)
            .options(OptionTable.BROADCAST_TO)
            .rule(ShapeRules::broadcastTo));
    add(op("BROADCAST_ARGS").in(INDEX, 1, 1).in(INDEX, 1, 1).rule(ShapeRules::broadcastArgs));
  }

  private static void two(String name, Set<DType> types, OptionTable options, Rule rule) {
    add(op(name).in(types).in(types).options(options).rule(rule));
  }

  private static void reduce(String name, Set<DType> types, Rule rule) {
    add(op(name).in(types, 1, MOST).in(INT32, 0, 1).options(OptionTable.REDUCER).rule(rule));
  }

  private static OperatorSpec.Builder op(String name) {
    return new OperatorSpec.Builder(name);
  }

  private static void add(OperatorSpec spec) {
    if (TABLE.put(spec.name(), spec) != null) {
      throw new IllegalStateException(spec.name() + " stands twice in the table");
    }
  }
}
