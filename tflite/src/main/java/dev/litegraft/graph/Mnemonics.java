package dev.litegraft.graph;

/** Every operator's name in TFLite. */
final class Mnemonics implements Op.Visitor<String> {
  static final Mnemonics INSTANCE = new Mnemonics();

  private Mnemonics() {}

  @Override
  public String unary(Op.Unary op) {
    return op.kind().name();
  }

  @Override
  public String binary(Op.Binary op) {
    return op.kind().name();
  }

  @Override
  public String reduce(Op.Reduce op) {
    return op.kind().name();
  }

  @Override
  public String gelu(Op.Gelu op) {
    return "GELU";
  }

  @Override
  public String softmax(Op.Softmax op) {
    return "SOFTMAX";
  }

  @Override
  public String fullyConnected(Op.FullyConnected op) {
    return "FULLY_CONNECTED";
  }

  @Override
  public String batchMatMul(Op.BatchMatMul op) {
    return "BATCH_MATMUL";
  }

  @Override
  public String embeddingLookup(MoveOp.EmbeddingLookup op) {
    return "EMBEDDING_LOOKUP";
  }

  @Override
  public String gather(MoveOp.Gather op) {
    return "GATHER";
  }

  @Override
  public String cumsum(Op.Cumsum op) {
    return "CUMSUM";
  }

  @Override
  public String cast(MoveOp.Cast op) {
    return "CAST";
  }

  @Override
  public String shapeOf(MoveOp.ShapeOf op) {
    return "SHAPE";
  }

  @Override
  public String reshape(MoveOp.Reshape op) {
    return "RESHAPE";
  }

  @Override
  public String transpose(MoveOp.Transpose op) {
    return "TRANSPOSE";
  }

  @Override
  public String stridedSlice(MoveOp.StridedSlice op) {
    return "STRIDED_SLICE";
  }

  @Override
  public String concatenation(MoveOp.Concatenation op) {
    return "CONCATENATION";
  }

  @Override
  public String dequantize(Op.Dequantize op) {
    return "DEQUANTIZE";
  }

  @Override
  public String quantize(Op.Quantize op) {
    return "QUANTIZE";
  }
}
