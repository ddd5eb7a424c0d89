package dev.litegraft.tflite;

import dev.litegraft.graph.MoveOp;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.Value;
import dev.litegraft.operator.OptionTable;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says of every operator of the graph how TFLite takes it; see {@link TfliteFormat}. */
final class OperatorEncoder implements Op.Visitor<OperatorCall> {
  private final boolean asymmetricInputs;

  /**
   * @param asymmetricInputs whether kernels that quantize the inputs of a layer use a zero point
   */
  OperatorEncoder(boolean asymmetricInputs) {
    this.asymmetricInputs = asymmetricInputs;
  }

  @Override
  public OperatorCall unary(Op.Unary op) {
    Optional<OptionTable> options =
        switch (op.kind()) {
          case ABS -> Optional.of(OptionTable.ABS);
          case COS -> Optional.of(OptionTable.COS);
          case EXP -> Optional.of(OptionTable.EXP);
          case NEG -> Optional.of(OptionTable.NEG);
          case SQUARE -> Optional.of(OptionTable.SQUARE);
          case LOG, LOGISTIC, RELU, RSQRT, SIN, SQRT, TANH -> Optional.empty();
        };
    return new OperatorCall(op.mnemonic(), 1, options, Map.of(), edges(op), op.output());
  }

  @Override
  public OperatorCall binary(Op.Binary op) {
    boolean wideBroadcast =
        !op.a().shape().equals(op.b().shape()) && op.output().shape().rank() > 4;
    OptionTable options =
        switch (op.kind()) {
          case ADD -> OptionTable.ADD;
          case DIV -> OptionTable.DIV;
          case MAXIMUM, MINIMUM -> OptionTable.MAXIMUM_MINIMUM;
          case MUL -> OptionTable.MUL;
          case SQUARED_DIFFERENCE -> OptionTable.SQUARED_DIFFERENCE;
          case SUB -> OptionTable.SUB;
        };
    int wideVersion =
        switch (op.kind()) {
          case SUB, MAXIMUM, MINIMUM -> 3;
          case DIV -> 2;
          case ADD, MUL, SQUARED_DIFFERENCE -> 1;
        };
    return call(op, wideBroadcast ? wideVersion : 1, options, Map.of(), edges(op));
  }

  @Override
  public OperatorCall reduce(Op.Reduce op) {
    return call(
        op, 1, OptionTable.REDUCER, Map.of("keep_dims", true), edges(op, vector(op.axis())));
  }

  @Override
  public OperatorCall gelu(Op.Gelu op) {
    return call(op, 1, OptionTable.GELU, Map.of("approximate", op.approximate()), edges(op));
  }

  @Override
  public OperatorCall softmax(Op.Softmax op) {
    return call(op, 1, OptionTable.SOFTMAX, Map.of("beta", 1f), edges(op));
  }

  @Override
  public OperatorCall fullyConnected(Op.FullyConnected op) {
    boolean hybrid =
        op.x().dtype() == DType.F32
            && (op.weight().dtype() == DType.I8 || op.weight().dtype() == DType.I4);
    boolean isScaled = op.weight().dtype() == DType.I8 || op.weight().dtype() == DType.I4;
    int version =
        isScaled && !hasOneScale(op.weight()) ? 12 : hybrid ? 9 : op.bias().isPresent() ? 5 : 6;
    List<OperatorCall.Operand> inputs = edges(op);
    if (op.bias().isEmpty()) {
      inputs.add(new OperatorCall.Absent());
    }
    return call(
        op,
        version,
        OptionTable.FULLY_CONNECTED,
        Map.of("keep_num_dims", true, "asymmetric_quantize_inputs", hybrid && asymmetricInputs),
        inputs);
  }

  @Override
  public OperatorCall batchMatMul(Op.BatchMatMul op) {
    int version = op.a().dtype() == DType.I8 ? 2 : 1;
    return call(op, version, OptionTable.BATCH_MATMUL, Map.of("adj_y", op.transposeB()), edges(op));
  }

  @Override
  public OperatorCall embeddingLookup(MoveOp.EmbeddingLookup op) {
    int version = op.table().dtype() == DType.F32 ? 1 : hasOneScale(op.table()) ? 3 : 4;
    return new OperatorCall(
        op.mnemonic(), version, Optional.empty(), Map.of(), edges(op), op.output());
  }

  @Override
  public OperatorCall gather(MoveOp.Gather op) {
    return call(op, version(op.x(), 1, 2, 7), OptionTable.GATHER, Map.of(), edges(op));
  }

  @Override
  public OperatorCall cumsum(Op.Cumsum op) {
    return call(
        op,
        1,
        OptionTable.CUMSUM,
        Map.of("exclusive", op.exclusive()),
        edges(op, new OperatorCall.Whole(List.of(op.axis()), true)));
  }

  @Override
  public OperatorCall cast(MoveOp.Cast op) {
    int version = Math.max(castVersion(op.x().dtype()), castVersion(op.output().dtype()));
    return call(
        op,
        version,
        OptionTable.CAST,
        Map.of(
            "in_data_type", TensorType.of(op.x().dtype()).code(),
            "out_data_type", TensorType.of(op.output().dtype()).code()),
        edges(op));
  }

  @Override
  public OperatorCall shapeOf(MoveOp.ShapeOf op) {
    byte type = TensorType.of(DType.I32).code();
    return call(op, 1, OptionTable.SHAPE, Map.of("out_type", type), edges(op));
  }

  @Override
  public OperatorCall reshape(MoveOp.Reshape op) {
    if (op.dims().isPresent()) {
      return call(op, 1, OptionTable.RESHAPE, Map.of(), edges(op));
    }
    List<Integer> shape = signature(op.output().shape());
    return call(
        op,
        1,
        OptionTable.RESHAPE,
        Map.of("new_shape", shape),
        edges(op, new OperatorCall.Whole(shape, false)));
  }

  @Override
  public OperatorCall transpose(MoveOp.Transpose op) {
    int rank = op.permutation().size();
    int version = rank > 6 ? 8 : rank > 5 ? 6 : rank > 4 ? 4 : version(op.x(), 1, 2, 7);
    return call(
        op,
        version,
        OptionTable.TRANSPOSE,
        Map.of(),
        edges(op, new OperatorCall.Whole(op.permutation(), false)));
  }

  /**
   * SLICE takes no dynamic axis under XNNPACK; STRIDED_SLICE leaves the other axes to its masks.
   */
  @Override
  public OperatorCall stridedSlice(MoveOp.StridedSlice op) {
    int rank = op.x().shape().rank();
    List<Integer> begin = new ArrayList<>(Collections.nCopies(rank, 0));
    begin.set(op.axis(), op.begin());
    List<Integer> end = new ArrayList<>(Collections.nCopies(rank, 0));
    end.set(op.axis(), op.begin() + op.size());
    int others = ((1 << rank) - 1) & ~(1 << op.axis());
    return call(
        op,
        rank > 4 ? 4 : version(op.x(), 1, 2, 4),
        OptionTable.STRIDED_SLICE,
        Map.of("begin_mask", others, "end_mask", others),
        edges(
            op,
            new OperatorCall.Whole(begin, false),
            new OperatorCall.Whole(end, false),
            new OperatorCall.Whole(Collections.nCopies(rank, 1), false)));
  }

  @Override
  public OperatorCall concatenation(MoveOp.Concatenation op) {
    return call(
        op,
        version(op.parts().get(0), 1, 2, 5),
        OptionTable.CONCATENATION,
        Map.of("axis", op.axis()),
        edges(op));
  }

  @Override
  public OperatorCall dequantize(Op.Dequantize op) {
    int version =
        op.x().dtype() == DType.F16 ? 3 : version(op.x(), 1, hasOneScale(op.x()) ? 2 : 5, 6);
    return call(op, version, OptionTable.DEQUANTIZE, Map.of(), edges(op));
  }

  @Override
  public OperatorCall quantize(Op.Quantize op) {
    return call(op, 1, OptionTable.QUANTIZE, Map.of(), edges(op));
  }

  /** The dimensions with −1 for one that depends on the number of tokens. */
  static List<Integer> signature(Shape shape) {
    List<Integer> dims = new ArrayList<>(shape.rank());
    for (int dim : shape.dims()) {
      dims.add(Math.max(dim, -1));
    }
    return dims;
  }

  /**
   * int8 with one scale for all numbers, however many rows there are: older kernels take it, and of
   * several scales they would ignore all but the first.
   */
  private static boolean hasOneScale(Value value) {
    if (value.dtype() != DType.I8) {
      return false;
    }
    if (value.quantization().orElse(null) instanceof Quantization.Affine affine) {
      return affine.scales().size() == 1;
    }
    return value.isConstant() && value.storage().scaleCount(value.shape().with(0, 2)) == 1;
  }

  private static int version(Value x, int plain, int i8, int i4) {
    return x.dtype() == DType.I8 ? i8 : x.dtype() == DType.I4 ? i4 : plain;
  }

  private static int castVersion(DType dtype) {
    return switch (dtype) {
      case I8 -> 3;
      case F16, F64 -> 5;
      case I4 -> 6;
      case BF16 -> 7;
      case F32, I64, I32, I16, U8, BOOL -> 1;
    };
  }

  private static OperatorCall.Whole vector(int number) {
    return new OperatorCall.Whole(List.of(number), false);
  }

  private static List<OperatorCall.Operand> edges(Op op, OperatorCall.Operand... attributes) {
    List<OperatorCall.Operand> operands = new ArrayList<>();
    for (Value value : op.inputs()) {
      operands.add(new OperatorCall.Edge(value));
    }
    operands.addAll(List.of(attributes));
    return operands;
  }

  private static OperatorCall call(
      Op op,
      int version,
      OptionTable options,
      Map<String, Object> values,
      List<OperatorCall.Operand> inputs) {
    return new OperatorCall(
        op.mnemonic(), version, Optional.of(options), values, inputs, op.output());
  }
}
